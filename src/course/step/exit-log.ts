/** The exits of a walk: at which step each happened, and of the last ones what the hypervisor did. */
import type { TraceEvent } from '#vmm';

/** One exit, numbered from 1. An exit because a slice was used up is none here: how a walk is cut into slices is its own affair. */
export interface WalkedExit {
  readonly number: number;
  /** The step that the exit ended: it stands behind it. */
  readonly step: number;
  /** The exit itself, and all that followed from it. */
  readonly events: readonly TraceEvent[];
}

/** Of so many exits, the last ones, all is kept; of the others when they were. */
const KEPT = 1024;

export class ExitLog {
  /** By number - 1; of all that were ever seen, also of those that a walk back has left. */
  readonly #steps: number[] = [];
  readonly #kept = new Map<number, WalkedExit & { readonly events: TraceEvent[] }>();
  /** Exits of the present run. */
  #count = 0;
  #strayed = false;

  /** True if a run that was repeated has had an exit at another step than the first time. */
  get strayed(): boolean {
    return this.#strayed;
  }

  /** A run goes on after `count` exits. */
  restart(count: number): void {
    this.#count = count;
  }

  /** The run takes another way from here on. */
  forgetAfter(step: number): void {
    this.#steps.length = this.countUntil(step);
    for (const number of this.#kept.keys()) if (number > this.#steps.length) this.#kept.delete(number);
  }

  /** Something happened in the run, which stands at `step`. */
  hear(event: TraceEvent, step: number): void {
    if (event.kind === 'exit' && event.exit.kind !== 'budget') this.#add(event, step);
    else if (!('exit' in event) || event.exit.kind !== 'budget') this.#kept.get(this.#count)?.events.push(event);
  }

  #add(event: TraceEvent, step: number): void {
    const number = ++this.#count;
    const known = this.stepOf(number);
    this.#steps[number - 1] = step;
    this.#strayed ||= known !== undefined && known !== step;
    this.#kept.set(number, { number, step, events: [event] });
    this.#kept.delete(number - KEPT);
  }

  /** The step behind this exit; undefined if no walk was there yet. */
  stepOf(number: number): number | undefined {
    return this.#steps[number - 1];
  }

  /** How many exits there are up to a place that a walk has been to. */
  countUntil(step: number): number {
    let [low, high] = [0, this.#steps.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#steps[middle] <= step) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The last exits up to a place, at most `most`, the last one last. */
  last(step: number, most: number): WalkedExit[] {
    const until = this.countUntil(step);
    const numbers = Array.from({ length: Math.min(most, until) }, (_, i) => until - Math.min(most, until) + 1 + i);
    return numbers.flatMap((number) => this.#kept.get(number) ?? []);
  }
}
