/**
 * How many instructions a guest has begun and retired, for `cycle`, `instret` and the clock: as its own processor would count,
 * although the hypervisor executes some of them and makes the hart begin others twice.
 */
import { SavedFields, type Savable, type Saved } from '#machine';
import type { VmClock } from '../clock';
import type { Next } from '../exit';

export class InstructionCount implements Savable {
  readonly #clock: VmClock;
  #begun = 0;
  #trapped = 0;
  /** An instruction made the guest exit: whether it completes, traps or is tried again is not known yet. */
  #undecided = false;

  constructor(clock: VmClock) {
    this.#clock = clock;
  }

  /** Instructions begun, without the undecided one: it reads the counters as they were before it. */
  get begun(): bigint {
    return BigInt(this.#begun);
  }

  /** Those of them that raised no exception. */
  get retired(): bigint {
    return BigInt(this.#begun - this.#trapped);
  }

  /** The hart began `count` instructions, and all of them completed. */
  direct(count: number): void {
    this.#begun += count;
    this.#clock.pass(count);
  }

  /** One more made the guest exit. */
  exit(): void {
    this.#undecided = true;
  }

  /**
   * A handler has judged that exit: with 'retry' the instruction will be begun again and nobody but us will know, else it is done and
   * counts. True if an instruction is done by this.
   */
  judged(next: Next): boolean {
    const done = this.#undecided && next !== 'retry';
    if (done) this.settle();
    this.#undecided = false;
    return done;
  }

  /** It is decided: it counts. Does nothing if there is none. */
  settle(): void {
    if (this.#undecided) this.direct(1);
    this.#undecided = false;
  }

  /** Between two runs nothing is undecided. */
  save(): Saved {
    return { begun: this.#begun, trapped: this.#trapped };
  }

  restore(saved: Saved): void {
    const from = new SavedFields(saved, 'instructions');
    this.#begun = from.integer('begun', 0, 2 ** 50);
    this.#trapped = from.integer('trapped', 0, this.#begun);
    this.#undecided = false;
  }

  /** `count` instructions raised an exception: they were begun but did not retire. */
  trapped(count = 1): void {
    this.#trapped += count;
  }
}
