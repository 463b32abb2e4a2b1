/** A learning switch: IEEE 802.1D-2004, clauses 7.7 (forwarding), 7.8 (learning) and 7.9 (filtering database), without spanning tree. */
import { SavedFields, type Savable, type Saved } from '../saved';
import { HEADER_BYTES, isGroup, LONGEST_FRAME, macAt, type MacAddress } from './ethernet';
import type { Link } from './link';

/** Addresses remembered; a new one replaces the one that has been silent for longest. */
const MOST_ADDRESSES = 1024;
/** Frames that wait while another is being delivered. More happen only if the nodes answer each other without end. */
const MOST_WAITING = 256;
/** 01-80-C2-00-00-00 .. 0F are between neighbours and never forwarded (clause 7.12.6). */
const isReserved = (mac: MacAddress): boolean => mac >= 0x0180_c200_0000 && mac <= 0x0180_c200_000f;

interface Waiting {
  readonly from: number;
  readonly frame: Uint8Array;
}

/**
 * A frame is delivered before `send` returns, in the order of the ports; those that receivers send meanwhile come after it. So
 * nothing waits between two calls from outside, and the same frames give the same deliveries. Addresses do not age: there is no
 * time here, and a station that moves is learned with its next frame.
 */
export class Switch implements Savable {
  readonly #receivers: Link[] = [];
  /** Port of each address, the longest silent first. */
  readonly #ports = new Map<MacAddress, number>();
  readonly #waiting: Waiting[] = [];
  #delivering = false;
  #dropped = 0;

  /** Frames that went nowhere because they were malformed or too many. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Adds a port: `receiver` takes what leaves it, the result takes what enters it. */
  connect(receiver: Link): Link {
    const from = this.#receivers.push(receiver) - 1;
    return { send: (frame) => this.#enter({ from, frame }) };
  }

  save(): Saved {
    const ports = [...this.#ports].map(([mac, port]) => ({ mac, port }));
    return { ports, dropped: this.#dropped };
  }

  restore(saved: Saved): void {
    const from = new SavedFields(saved, 'switch');
    const entries = from.list('ports', MOST_ADDRESSES).map((entry) => new SavedFields(entry, 'switch.ports'));
    this.#ports.clear();
    for (const entry of entries) {
      this.#ports.set(entry.integer('mac', 0, 2 ** 48 - 1), entry.integer('port', 0, this.#receivers.length - 1));
    }
    this.#dropped = from.integer('dropped', 0, Number.MAX_SAFE_INTEGER);
  }

  #enter(entering: Waiting): void {
    const { length } = entering.frame;
    const malformed = length < HEADER_BYTES || length > LONGEST_FRAME;
    if (malformed || this.#waiting.length >= MOST_WAITING) return void this.#dropped++;
    this.#waiting.push(entering);
    if (!this.#delivering) this.#deliverAll();
  }

  #deliverAll(): void {
    this.#delivering = true;
    try {
      for (let left = MOST_WAITING; this.#waiting.length > 0; left--) {
        if (left === 0)
          this.#dropped += this.#waiting.splice(0).length; // nodes that answer each other without end
        else this.#forward(this.#waiting.shift()!);
      }
    } finally {
      this.#delivering = false;
    }
  }

  #forward({ from, frame }: Waiting): void {
    this.#learn(macAt(frame, 6), from);
    const destination = macAt(frame, 0);
    if (isReserved(destination)) return;
    const port = isGroup(destination) ? undefined : this.#ports.get(destination);
    if (port === from) return; // the station heard it on its own side
    if (port !== undefined) return this.#receivers[port].send(frame);
    this.#receivers.forEach((receiver, other) => {
      if (other !== from) receiver.send(frame);
    });
  }

  /** Group addresses are nobody's source (clause 7.8 a). */
  #learn(source: MacAddress, port: number): void {
    if (isGroup(source)) return;
    this.#ports.delete(source);
    this.#ports.set(source, port);
    if (this.#ports.size > MOST_ADDRESSES) this.#ports.delete(this.#ports.keys().next().value!);
  }
}
