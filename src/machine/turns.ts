/** Whose turn it is: harts run one after the other in one thread, and time jumps when all of them wait. */
import type { HartStop } from './hart/events';
import type { Hart } from './hart/hart';
import { NOTHING_RESERVED } from './hart/state';
import type { Alarm } from './irq/alarm';
import { SavedFields, type Savable, type Saved } from './saved';

/** Instructions of a turn. It ends earlier when the hart waits, and when a hart that waited is called by an interrupt. */
const TURN = 10_000;

/**
 * But so many instructions a turn has, whoever is called: enough for any constrained LR/SC loop, which must succeed in the end
 * (Unprivileged, "Eventual Success of Store-Conditional Instructions"), as the change of turns makes an SC fail.
 */
const SHORTEST_TURN = 100;

/** Why `run` came back, and on which hart. `waiting`: all harts wait, and time alone calls none of them. */
export interface TurnStop {
  readonly hart: Hart;
  readonly stop: HartStop;
}

/**
 * The order is a function of the harts' state alone, so the same machine always runs the same way, however a run is cut into
 * calls. A hart that waits costs nothing but a look at its interrupts when a turn may end.
 */
export class Turns implements Savable {
  readonly #harts: readonly Hart[];
  readonly #devices: Alarm;
  readonly #skip: (instructions: number) => void;
  #current = 0;
  /** Instructions that the present turn has had. */
  #used = 0;

  /** `devices`: all their alarms, at which runs pause; `skip` lets time pass without instructions. */
  constructor(harts: readonly Hart[], devices: Alarm, skip: (instructions: number) => void) {
    this.#harts = harts;
    this.#devices = devices;
    this.#skip = skip;
  }

  reset(): void {
    this.#current = this.#used = 0;
  }

  /** Begins at most `budget` instructions (1 .. 2^53), all harts together. */
  run(budget: number): TurnStop {
    for (let left = budget; left > 0;) {
      this.#devices.update();
      const most = this.#next();
      const hart = this.#harts[this.#current];
      if (most === 0) return { hart, stop: { why: 'waiting' } };
      const before = hart.begun;
      const stop = hart.run(Math.min(left, most, this.#devices.untilAlarm()));
      this.#used += hart.begun - before;
      left -= hart.begun - before;
      if (stop.why === 'trap' || stop.why === 'halted') return { hart, stop };
    }
    return { hart: this.#harts[this.#current], stop: { why: 'budget' } };
  }

  /** A hart may have been called, or an alarm set: the hart that runs comes back, so that it is looked at. */
  lookAgain(): void {
    this.#harts[this.#current].endRun();
  }

  save(): Saved {
    return { current: this.#current, used: this.#used };
  }

  restore(saved: Saved): void {
    const from = new SavedFields(saved, 'turns');
    this.#current = from.integer('current', 0, this.#harts.length - 1);
    this.#used = from.integer('used', 0, Number.MAX_SAFE_INTEGER);
  }

  /** Chooses the hart, which may go on with its turn, and gives the instructions that it may begin; 0 if all wait for ever. */
  #next(): number {
    if (this.#harts.length === 1) return !this.#isIdle(0) || this.#sleep() ? Infinity : 0;
    if (this.#isOver() && !this.#pass()) return 0;
    return Math.min(TURN, Math.max(SHORTEST_TURN, this.#used + this.#untilCall())) - this.#used;
  }

  #isOver(): boolean {
    return this.#isIdle(this.#current) || this.#used >= (this.#untilCall() === 0 ? SHORTEST_TURN : TURN);
  }

  /** Instructions until the first of the others that wait is called, 0 if one is. */
  #untilCall(): number {
    let least = Infinity;
    this.#harts.forEach((hart, i) => {
      if (hart.waiting && i !== this.#current) least = Math.min(least, hart.untilCalled());
    });
    return least;
  }

  /** Gives the turn to the next hart that does not wait; if all do, after the time until one is called. False: none ever is. */
  #pass(): boolean {
    const count = this.#harts.length;
    const inOrder = this.#harts.map((_, i) => (this.#current + 1 + i) % count);
    let next = inOrder.find((i) => !this.#isIdle(i));
    if (next === undefined && this.#sleep()) next = inOrder.find((i) => !this.#isIdle(i));
    if (next === undefined) return false;
    // The others may have stored to the bytes that it reserved; that an SC fails without need, in one turn of many, is allowed.
    if (next !== this.#current) this.#harts[next].reservation = NOTHING_RESERVED;
    this.#current = next;
    this.#used = 0;
    return true;
  }

  #isIdle(index: number): boolean {
    const hart = this.#harts[index];
    return hart.waiting && hart.untilCalled() > 0;
  }

  /** All wait: time jumps from alarm to alarm until one calls a hart. False: none does. */
  #sleep(): boolean {
    while (this.#harts.every((_, i) => this.#isIdle(i))) {
      const instructions = Math.min(this.#devices.untilAlarm(), ...this.#harts.map((hart) => hart.untilCalled()));
      if (instructions === Infinity) return false;
      this.#skip(instructions);
      this.#devices.update();
    }
    return true;
  }
}
