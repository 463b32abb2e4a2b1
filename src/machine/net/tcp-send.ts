/** The sending half of a TCP connection: RFC 9293, sections 3.3.1 (send sequence variables) and 3.8 (data communication). */
import { SavedFields, type Savable, type Saved } from '../saved';
import { distance, plus } from './sequence';

/** Bytes of data that wait to be acknowledged; also what we ever offer as window. */
export const BUFFER_BYTES = 16 * 1024;

/**
 * Segments in flight at most: the initial window of RFC 6928. It never grows, so it cannot cause the congestion
 * that RFC 5681's algorithms would have to notice.
 */
const MOST_IN_FLIGHT = 10;

/** A piece of the stream to put into a segment. */
export interface Piece {
  readonly sequence: number;
  readonly data: Uint8Array;
  readonly fin: boolean;
}

/** Sequence numbers una <= nxt <= max: acknowledged up to una, next to send nxt, never sent yet max. */
export class SendHalf implements Savable {
  /** Data from sequence number `#start` on. */
  #buffer: Uint8Array = new Uint8Array(0);
  #start: number;
  #una: number;
  #nxt: number;
  #max: number;
  #window = 0;
  /** Sequence number of the segment that last told the window (SND.WL1). */
  #wl1 = 0;
  #finAsked = false;
  readonly #mss: number;

  /** `iss`: the sequence number of our SYN, which counts as sent. `mss`: bytes of data in a segment at most. */
  constructor(iss: number, mss: number) {
    this.#una = iss;
    this.#start = this.#nxt = this.#max = plus(iss, 1);
    this.#mss = mss;
  }

  get nxt(): number {
    return this.#nxt;
  }
  get max(): number {
    return this.#max;
  }
  get una(): number {
    return this.#una;
  }
  get room(): number {
    return BUFFER_BYTES - this.#buffer.length;
  }
  /** Nothing waits for an acknowledgment, or for the window to open. */
  get idle(): boolean {
    return this.#una === this.#max && this.#end === this.#max;
  }
  /** The FIN was sent and acknowledged. */
  get finished(): boolean {
    return this.#finAsked && this.#una === this.#end;
  }

  /** At most `room` bytes. */
  append(data: Uint8Array): void {
    const joined = new Uint8Array(this.#buffer.length + data.length);
    joined.set(this.#buffer);
    joined.set(data, this.#buffer.length);
    this.#buffer = joined;
  }

  /** A FIN follows the data. */
  close(): void {
    this.#finAsked = true;
  }

  /** Everything before `acknowledgment` (una < it <= max) has arrived. */
  acknowledge(acknowledgment: number): void {
    this.#una = acknowledgment;
    if (distance(this.#nxt, acknowledgment) < 0) this.#nxt = acknowledgment;
    const arrived = Math.min(Math.max(distance(acknowledgment, this.#start), 0), this.#buffer.length);
    this.#buffer = this.#buffer.slice(arrived);
    this.#start = plus(this.#start, arrived);
  }

  /** A window of a segment that acknowledges una or more; one older than the last one's is ignored (section 3.10.7.4, "fifth"). */
  windowFrom(sequence: number, window: number): void {
    if (distance(sequence, this.#wl1) >= 0) this.setWindow(sequence, window);
  }

  /** The first window, which has none to compare with. */
  setWindow(sequence: number, window: number): void {
    this.#wl1 = sequence;
    this.#window = window;
  }

  /** Takes the next piece that window and flight limit let go, or undefined. */
  next(): Piece | undefined {
    const inFlight = distance(this.#nxt, this.#una);
    return this.#take(Math.min(this.#window, MOST_IN_FLIGHT * this.#mss) - inFlight);
  }

  /** Nothing was acknowledged for too long: starts again from una, with one segment, or one byte into a closed window (3.8.6.1). */
  again(): Piece | undefined {
    this.#nxt = this.#una;
    return this.#take(Math.max(1, this.#window));
  }

  save(): Saved {
    return {
      buffer: this.#buffer.slice(),
      start: this.#start,
      una: distance(this.#una, this.#start),
      nxt: distance(this.#nxt, this.#start),
      max: distance(this.#max, this.#start),
      window: this.#window,
      wl1: this.#wl1,
      finAsked: this.#finAsked,
    };
  }

  restore(saved: Saved): void {
    const from = new SavedFields(saved, 'tcp.send');
    this.#buffer = from.bytesUpTo('buffer', BUFFER_BYTES).slice();
    this.#finAsked = from.flag('finAsked');
    this.#window = from.integer('window', 0, 0xffff);
    this.#wl1 = from.integer('wl1', 0, 0xffff_ffff);
    this.#start = from.integer('start', 0, 0xffff_ffff);
    const end = distance(this.#end, this.#start);
    const una = from.integer('una', -1, end);
    const nxt = from.integer('nxt', Math.max(una, 0), end);
    const max = from.integer('max', nxt, end);
    [this.#una, this.#nxt, this.#max] = [una, nxt, max].map((n) => plus(this.#start, n));
  }

  /** Behind the last sequence number that there is to send: of the data, or of the FIN. */
  get #end(): number {
    return plus(this.#start, this.#buffer.length + (this.#finAsked ? 1 : 0));
  }

  #take(room: number): Piece | undefined {
    const from = distance(this.#nxt, this.#start);
    const length = Math.min(this.#mss, room, this.#buffer.length - from);
    const data = length > 0 ? this.#buffer.slice(from, from + length) : new Uint8Array(0);
    const fin = this.#finAsked && room > data.length && from + data.length === this.#buffer.length;
    if (data.length === 0 && !fin) return undefined;
    const sequence = this.#nxt;
    this.#nxt = plus(sequence, data.length + (fin ? 1 : 0));
    if (distance(this.#nxt, this.#max) > 0) this.#max = this.#nxt;
    return { sequence, data, fin };
  }
}
