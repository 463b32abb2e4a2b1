/** One TCP connection that echoes, from the peer's SYN on: RFC 9293, section 3.10.7.4, as RFC 5961 tightens it; timer of RFC 6298. */
import { SavedFields, type Savable, type Saved } from '../saved';
import { distance, plus } from './sequence';
import { BUFFER_BYTES, SendHalf, type Piece } from './tcp-send';
import { Flag, segmentLength, type TcpSegment } from './tcp-segment';

/** A listener's states; the peer opens and closes first. CLOSE-WAIT lasts until the echo of all data and our FIN are sent. */
const STATES = ['syn-received', 'established', 'close-wait', 'last-ack', 'closed'] as const;
type State = (typeof STATES)[number];

/** Bytes in a segment: what the peer takes if it does not say (section 3.7.1), the least that makes sense, and what fits an Ethernet frame. */
const DEFAULT_MSS = 536;
const LEAST_MSS = 64;
export const OWN_MSS = 1460;

/** RFC 6298, section 2.4: the least retransmission time-out, and ours at first. No round trip here takes longer. */
const FIRST_TIMEOUT = 1_000_000; // microseconds
/** Time-outs in a row, each twice as long as the one before, after which the peer is given up: 1 + 2 + ... + 32 seconds. */
const MOST_TIMEOUTS = 6;

const MOST_WINDOW = 0xffff;
const NO_DATA = new Uint8Array(0);

/** What a connection says; ports are the caller's to fill in. */
export type Spoken = Omit<TcpSegment, 'sourcePort' | 'destinationPort'>;

export interface ConnectionPorts {
  /** Takes each segment that goes to the peer. */
  say(segment: Spoken): void;
  /** In microseconds, an integer. */
  now(): number;
}

export class TcpConnection implements Savable {
  readonly #ports: ConnectionPorts;
  readonly #mss: number;
  readonly #irs: number;
  readonly #iss: number;
  readonly #send: SendHalf;
  #state: State = 'syn-received';
  #rcvNxt: number;
  /** RCV.NXT + RCV.WND as last said: never moves back. */
  #edge: number;
  #timeouts = 0;
  #deadline = Infinity;

  /** `syn` and `iss` are the initial sequence numbers of the peer and ours; `mss` is what the peer's SYN says, if anything. */
  constructor(ports: ConnectionPorts, syn: { sequence: number; window: number; mss?: number }, iss: number) {
    this.#ports = ports;
    this.#mss = Math.min(OWN_MSS, Math.max(LEAST_MSS, syn.mss ?? DEFAULT_MSS));
    this.#irs = syn.sequence;
    this.#iss = iss;
    this.#send = new SendHalf(iss, this.#mss);
    this.#send.setWindow(syn.sequence, syn.window);
    this.#rcvNxt = plus(syn.sequence, 1);
    this.#edge = plus(this.#rcvNxt, BUFFER_BYTES);
  }

  get closed(): boolean {
    return this.#state === 'closed';
  }
  /** When `timeOut` should be called, in microseconds; Infinity for never. */
  get deadline(): number {
    return this.#deadline;
  }

  /** Answers the SYN. */
  open(): void {
    this.#saySyn();
    this.#restartTimer();
  }

  /** Gives the connection up, and says so. */
  abort(): void {
    this.#state = 'closed';
    this.#say({ flags: Flag.RST | Flag.ACK, sequence: this.#send.nxt });
  }

  receive(segment: TcpSegment): void {
    const { sequence, flags } = segment;
    const again = flags === Flag.SYN && this.#state === 'syn-received' && sequence === this.#irs;
    if (again) return this.#saySyn(); // ours was lost
    if (!this.#isAcceptable(segment)) return flags & Flag.RST ? undefined : this.#sayAck();
    if (flags & Flag.RST) return this.#reset(sequence);
    if (flags & Flag.SYN) return this.#sayAck(); // RFC 5961, section 4
    if (!(flags & Flag.ACK) || !this.#acknowledged(segment)) return;
    const news = this.#take(segment);
    if (this.#send.finished) this.#state = 'closed';
    else this.#speak(news);
  }

  /** Nothing has been acknowledged for too long. */
  timeOut(): void {
    if (++this.#timeouts > MOST_TIMEOUTS) return this.abort();
    this.#startTimer();
    if (this.#state === 'syn-received') return this.#saySyn();
    this.#sayPiece(this.#send.again());
  }

  save(): Saved {
    return {
      irs: this.#irs,
      iss: this.#iss,
      mss: this.#mss,
      state: STATES.indexOf(this.#state),
      send: this.#send.save(),
      received: distance(this.#rcvNxt, this.#irs) >>> 0,
      window: distance(this.#edge, this.#rcvNxt),
      timeouts: this.#timeouts,
      waiting: this.#deadline !== Infinity,
      deadline: this.#deadline === Infinity ? 0 : this.#deadline,
    };
  }

  restore(saved: Saved): void {
    const from = new SavedFields(saved, 'tcp.connection');
    this.#state = STATES[from.integer('state', 0, STATES.indexOf('last-ack'))];
    this.#send.restore(from.saved('send'));
    this.#rcvNxt = plus(this.#irs, from.integer('received', 0, 0xffff_ffff));
    this.#edge = plus(this.#rcvNxt, from.integer('window', 0, BUFFER_BYTES));
    this.#timeouts = from.integer('timeouts', 0, MOST_TIMEOUTS);
    const deadline = from.integer('deadline', 0, Number.MAX_SAFE_INTEGER);
    this.#deadline = from.flag('waiting') ? deadline : Infinity;
  }

  /** Table 6; a segment that begins at RCV.NXT is let in whatever the window, for its acknowledgment (section 3.10.7.4, "special allowance"). */
  #isAcceptable(segment: TcpSegment): boolean {
    const window = distance(this.#edge, this.#rcvNxt);
    const first = distance(segment.sequence, this.#rcvNxt);
    const last = first + segmentLength(segment) - 1;
    const inside = (at: number): boolean => at >= 0 && at < window;
    return first === 0 || inside(first) || (last >= first && inside(last));
  }

  /** RFC 5961, section 3: only a reset that hits RCV.NXT counts; for others the peer is asked. */
  #reset(sequence: number): void {
    if (sequence === this.#rcvNxt) this.#state = 'closed';
    else this.#sayAck();
  }

  /** Looks at the acknowledgment; false if the segment must not be looked at further. */
  #acknowledged({ sequence, acknowledgment, window }: TcpSegment): boolean {
    const fresh = distance(acknowledgment, this.#send.una);
    if (this.#state === 'syn-received') {
      if (acknowledgment !== this.#send.max) {
        this.#say({ flags: Flag.RST, sequence: acknowledgment });
        return false;
      }
      this.#state = 'established';
      this.#send.setWindow(sequence, window);
    } else if (distance(acknowledgment, this.#send.max) > 0 || fresh < -MOST_WINDOW) {
      this.#sayAck(); // RFC 5961, section 5
      return false;
    }
    this.#timeouts = 0;
    if (fresh > 0) {
      this.#send.acknowledge(acknowledgment);
      this.#restartTimer();
    }
    if (fresh >= 0) this.#send.windowFrom(sequence, window);
    return true;
  }

  /** Takes data and FIN as far as they come in order and fit; true if the peer must hear about it. */
  #take({ sequence, flags, data }: TcpSegment): boolean {
    const news = data.length > 0 || (flags & Flag.FIN) !== 0;
    const known = distance(this.#rcvNxt, sequence);
    if (this.#state !== 'established' || known < 0) return news;
    const taken = data.subarray(known, known + Math.min(distance(this.#edge, this.#rcvNxt), this.#send.room));
    this.#send.append(taken);
    this.#rcvNxt = plus(this.#rcvNxt, taken.length);
    if (flags & Flag.FIN && known + taken.length === data.length) {
      this.#rcvNxt = plus(this.#rcvNxt, 1);
      this.#state = 'close-wait';
      this.#send.close();
    }
    return news;
  }

  /** Sends what may be sent, else an acknowledgment if there is news for the peer: what it sent, or room in a window that was small. */
  #speak(news: boolean): void {
    const small = distance(this.#edge, this.#rcvNxt) < this.#mss;
    const opened = this.#openWindow() && small;
    let said = false;
    for (let piece = this.#send.next(); piece; piece = this.#send.next()) {
      this.#sayPiece(piece);
      said = true;
    }
    if (!said && (news || opened)) this.#sayAck();
    if (this.#send.idle) this.#deadline = Infinity;
    else if (this.#deadline === Infinity) this.#startTimer();
  }

  /** Moves the window's edge, but not by little: section 3.8.6.2.2, against silly windows. */
  #openWindow(): boolean {
    const gain = distance(plus(this.#rcvNxt, this.#send.room), this.#edge);
    if (gain < Math.min(this.#mss, BUFFER_BYTES / 2)) return false;
    this.#edge = plus(this.#edge, gain);
    return true;
  }

  #restartTimer(): void {
    this.#timeouts = 0;
    this.#startTimer();
  }
  #startTimer(): void {
    this.#deadline = this.#ports.now() + FIRST_TIMEOUT * 2 ** this.#timeouts;
  }

  #saySyn(): void {
    this.#say({ flags: Flag.SYN | Flag.ACK, sequence: this.#iss, maximumSegmentSize: OWN_MSS });
  }
  #sayAck(): void {
    this.#say({ flags: Flag.ACK, sequence: this.#send.nxt });
  }
  #sayPiece(piece: Piece | undefined): void {
    if (!piece) return;
    const { sequence, data, fin } = piece;
    if (fin) this.#state = 'last-ack';
    this.#say({ flags: Flag.ACK | (data.length > 0 ? Flag.PSH : 0) | (fin ? Flag.FIN : 0), sequence, data });
  }
  #say(segment: Pick<Spoken, 'flags' | 'sequence'> & Partial<Spoken>): void {
    const window = distance(this.#edge, this.#rcvNxt);
    this.#ports.say({ acknowledgment: this.#rcvNxt, window, data: NO_DATA, ...segment });
  }
}
