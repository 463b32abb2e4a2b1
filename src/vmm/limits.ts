/** What a run loop may not exceed, and whose fault an error is: the loop is somebody else's code around ours. */
import { PartFailure } from './part-failure';

/** How often a loop may ask `idle` in vain before it is taken to hang. */
const IDLE_IN_VAIN = 1000;

export class Limits {
  #exits = 0;
  #idleInVain = 0;
  readonly #allowed: number;

  /** `exits`: how many may be taken. */
  constructor(exits: number) {
    this.#allowed = exits;
  }

  /** Exits that may still be taken. */
  get left(): number {
    return Math.max(0, this.#allowed - this.#exits);
  }

  /** Before an entry: one more exit will be taken. */
  enter(): void {
    this.#idleInVain = 0;
    this.#exits++;
    if (this.#exits <= this.#allowed) return;
    throw wrongLoop(`took more than its allowance of ${this.#allowed} exits; it has to return 'out-of-budget' then.`);
  }

  /** After `idle` answered. */
  idling(useful: boolean): boolean {
    this.#idleInVain = useful ? 0 : this.#idleInVain + 1;
    if (this.#idleInVain <= IDLE_IN_VAIN) return useful;
    throw wrongLoop(
      "asks `idle` again and again although nothing will ever wake a VCPU; it has to return 'deadlock' then.",
    );
  }
}

/** What the run loop did wrong: `sentence` goes on after "your `runLoop`". */
export const wrongLoop = (sentence: string): PartFailure => new PartFailure('runLoop', `your \`runLoop\` ${sentence}`);
