/** The bare machine as the terminal sees it: slices of some milliseconds, naps, resets and keys. */
import { INSTRUCTIONS_PER_TICK, type Machine } from '#machine';
import type { BareMachine } from './bare-machine';
import type { GuestState, TerminalGuest } from './guest-terminal';
import { UartWatch } from './uart-watch';

/** Instructions in a slice: some milliseconds. */
const SLICE = 2 ** 18;
/** In a slice after one in which the guest slept: what it says when it wakes shall not come too early. */
const SHORT_SLICE = 2 ** 14;
/** After so many looks at its input without a byte either way a guest is idle: about a second at U-Boot's prompt. */
const IDLE_AFTER = 2 ** 20;
const TICKS_PER_SECOND = 10_000_000;
const INSTRUCTIONS_PER_SECOND = INSTRUCTIONS_PER_TICK * TICKS_PER_SECOND;

export class BareGuest implements TerminalGuest {
  readonly #bare: BareMachine;
  readonly #machine: Machine;
  readonly #watch: UartWatch;
  #slept = 0;

  constructor(bare: BareMachine) {
    this.#bare = bare;
    this.#machine = bare.machine;
    this.#watch = new UartWatch(this.#machine.uart, IDLE_AFTER);
  }

  run(): GuestState {
    const [time, begun] = [this.#now(), this.#begun()];
    const stop = this.#machine.run(Math.min(this.#slept > 0 ? SHORT_SLICE : SLICE, this.#bare.left));
    this.#bare.sliceDone();
    if (stop.why === 'halted') return { state: 'over', code: Math.min(stop.code, 255) };
    if (stop.why === 'waiting') return { state: 'waiting' };
    if (stop.why === 'reset') {
      if (!this.#bare.canReset) return { state: 'over', code: 0 };
      this.#machine.reset();
      return { state: 'busy', slept: 0 };
    }
    const ran = this.#begun() - begun;
    this.#slept = Math.max(0, this.#now() - time - (ran + INSTRUCTIONS_PER_TICK) / INSTRUCTIONS_PER_SECOND);
    return this.#watch.look(ran, this.#slept);
  }

  input(bytes: readonly number[]): void {
    this.#machine.input(bytes);
  }

  get drained(): boolean {
    return this.#machine.uart.drained;
  }

  where(): string[] {
    return this.#bare.where();
  }

  /** Seconds since the start, by the guest's clock. */
  #now(): number {
    return Number(this.#machine.now()) / TICKS_PER_SECOND;
  }

  #begun(): number {
    return this.#machine.harts.reduce((sum, hart) => sum + hart.begun, 0);
  }
}
