/** Requests that a device has taken and not finished yet. */
import type { InstructionClock } from '../../irq/aclint';
import { SavedFields, type Savable, type Saved } from '../../saved';

/** Lets every request take a while, as it does on a real device. Without it requests complete before the driver's store is over. */
export interface Latency {
  readonly clock: Pick<InstructionClock, 'now'>;
  /** How long a request takes, in instructions of the machine: 1 or more. */
  readonly instructions: number;
  /** Called when something became due earlier than all before. */
  readonly deadlineChanged: () => void;
}

/** A chain that was taken off its queue, of which nothing has been read yet. */
export interface InFlight {
  readonly queue: number;
  readonly head: number;
  /** The clock's instant at which it is done. */
  readonly due: number;
}

/** In the order of being taken, which is that of being due. */
export class InFlightList implements Savable {
  readonly #latency: Latency;
  #requests: InFlight[] = [];

  constructor(latency: Latency) {
    this.#latency = latency;
  }

  add(queue: number, head: number): void {
    this.#requests.push({ queue, head, due: this.#latency.clock.now() + this.#latency.instructions });
    if (this.#requests.length === 1) this.#latency.deadlineChanged();
  }

  /** Takes out the next one that is due by now. */
  next(): InFlight | undefined {
    return this.untilDue() === 0 ? this.#requests.shift() : undefined;
  }

  /** Instructions until the first is due; 0 if it is, Infinity if there is none. */
  untilDue(): number {
    return this.#requests.length === 0 ? Infinity : Math.max(0, this.#requests[0].due - this.#latency.clock.now());
  }

  /** How many of one queue there are. */
  count(queue: number): number {
    return this.#requests.filter((request) => request.queue === queue).length;
  }

  /** Forgets those of one queue, or all. */
  drop(queue?: number): void {
    this.#requests = queue === undefined ? [] : this.#requests.filter((request) => request.queue !== queue);
  }

  save(): Saved {
    return { requests: this.#requests.map(({ queue, head, due }) => ({ queue, head, due })) };
  }

  /** `sizeOf` gives the size of a queue that is ready, and 0 for others: only there can requests be. */
  restore(saved: Saved, sizeOf: (queue: number) => number = () => 0): void {
    const from = new SavedFields(saved, 'virtio requests in flight');
    const count = from.list('requests', 2 ** 20).length;
    this.#requests = from.records('requests', count).map((request) => {
      const queue = request.integer('queue', 0, 0xffff);
      const head = request.integer('head', 0, sizeOf(queue) - 1);
      return { queue, head, due: request.integer('due', 0, Number.MAX_SAFE_INTEGER) };
    });
  }
}
