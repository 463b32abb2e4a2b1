/** The echo service over TCP: RFC 862, "TCP Based Echo Service"; LISTEN and CLOSED of RFC 9293, sections 3.10.7.1 and 3.10.7.2. */
import { SavedFields, type Savable, type Saved } from '../saved';
import type { MacAddress } from './ethernet';
import type { Ipv4Address } from './ipv4';
import { plus } from './sequence';
import { TcpConnection, type Spoken } from './tcp-connection';
import { Flag, segmentLength, type TcpSegment } from './tcp-segment';

export const ECHO_PORT = 7;

/** When one more comes, the one that has been silent for longest is reset: nobody can lock the others out for good. */
const MOST_CONNECTIONS = 32;

/** Who is at the other end. */
export interface TcpPeer {
  readonly mac: MacAddress;
  readonly ip: Ipv4Address;
  readonly port: number;
}

export interface TcpEchoPorts {
  say(peer: TcpPeer, segment: TcpSegment): void;
  /** In microseconds, an integer. */
  now(): number;
}

interface Entry {
  readonly peer: TcpPeer;
  readonly connection: TcpConnection;
}

export class TcpEcho implements Savable {
  readonly #ports: TcpEchoPorts;
  /** By address and port of the peer, the longest silent first. */
  readonly #entries = new Map<string, Entry>();

  constructor(ports: TcpEchoPorts) {
    this.#ports = ports;
  }

  /** When `update` has something to do, in microseconds; Infinity for never. */
  get deadline(): number {
    return Math.min(Infinity, ...[...this.#entries.values()].map(({ connection }) => connection.deadline));
  }

  receive(peer: TcpPeer, segment: TcpSegment): void {
    const entry = segment.destinationPort === ECHO_PORT ? this.#entries.get(keyOf(peer)) : undefined;
    if (entry) {
      this.#keep(entry); // moves it behind all others
      entry.connection.receive(segment);
      this.#forgetClosed();
    } else if (segment.destinationPort === ECHO_PORT && segment.flags === Flag.SYN) this.#open(peer, segment);
    else this.#refuse(peer, segment);
  }

  /** Sends again what has not been acknowledged in time. */
  update(): void {
    for (const { connection } of this.#entries.values()) {
      if (connection.deadline <= this.#ports.now()) connection.timeOut();
    }
    this.#forgetClosed();
  }

  reset(): void {
    this.#entries.clear();
  }

  save(): Saved {
    const connections = [...this.#entries.values()];
    return connections.map(({ peer, connection }) => ({ ...peer, connection: connection.save() }));
  }

  restore(saved: Saved): void {
    const list = new SavedFields({ connections: saved }, 'tcp').list('connections', MOST_CONNECTIONS);
    this.#entries.clear();
    for (const entry of list) {
      const from = new SavedFields(entry, 'tcp.connections');
      const peer = {
        mac: from.integer('mac', 0, 2 ** 48 - 1),
        ip: from.integer('ip', 0, 2 ** 32 - 1),
        port: from.integer('port', 0, 0xffff),
      };
      const connection = from.part('connection');
      const number = (key: string, most: number): number => connection.integer(key, 0, most);
      const syn = { sequence: number('irs', 2 ** 32 - 1), window: 0, mss: number('mss', 0xffff) };
      const restored = this.#connection(peer, syn, number('iss', 2 ** 32 - 1));
      restored.restore(from.saved('connection'));
      this.#keep({ peer, connection: restored });
    }
  }

  #open(peer: TcpPeer, { sequence, window, maximumSegmentSize: mss }: TcpSegment): void {
    const connection = this.#connection(peer, { sequence, window, mss }, this.#initialSequence(peer));
    this.#keep({ peer, connection });
    if (this.#entries.size > MOST_CONNECTIONS) {
      const [[key, oldest]] = this.#entries;
      oldest.connection.abort();
      this.#entries.delete(key);
    }
    connection.open();
  }

  #connection(peer: TcpPeer, syn: ConstructorParameters<typeof TcpConnection>[1], iss: number): TcpConnection {
    return new TcpConnection({ say: (segment) => this.#say(peer, segment), now: () => this.#ports.now() }, syn, iss);
  }

  /**
   * RFC 6528: a clock of 4 microseconds, moved by a hash of the peer. The hash has no secret, as nothing here may be random: who
   * can see this code can guess the number.
   */
  #initialSequence({ ip, port }: TcpPeer): number {
    const clock = Math.floor(this.#ports.now() / 4) % 2 ** 32;
    return plus(clock, Math.imul(ip ^ (port << 16) ^ port, 0x9e37_79b1));
  }

  /** Nobody is at home (section 3.10.7.1): a reset that the sender will believe. */
  #refuse(peer: TcpPeer, segment: TcpSegment): void {
    const { flags, sequence, acknowledgment, sourcePort, destinationPort } = segment;
    if (flags & Flag.RST) return;
    const ports = { sourcePort: destinationPort, destinationPort: sourcePort };
    const common = { ...ports, window: 0, data: new Uint8Array(0) };
    if (flags & Flag.ACK) {
      this.#ports.say(peer, { ...common, flags: Flag.RST, sequence: acknowledgment, acknowledgment: 0 });
    } else {
      const end = plus(sequence, segmentLength(segment));
      this.#ports.say(peer, { ...common, flags: Flag.RST | Flag.ACK, sequence: 0, acknowledgment: end });
    }
  }

  #say(peer: TcpPeer, segment: Spoken): void {
    this.#ports.say(peer, { ...segment, sourcePort: ECHO_PORT, destinationPort: peer.port });
  }

  #keep(entry: Entry): void {
    const key = keyOf(entry.peer);
    this.#entries.delete(key);
    this.#entries.set(key, entry);
  }

  #forgetClosed(): void {
    for (const [key, { connection }] of this.#entries) if (connection.closed) this.#entries.delete(key);
  }
}

const keyOf = ({ ip, port }: TcpPeer): string => `${ip}:${port}`;
