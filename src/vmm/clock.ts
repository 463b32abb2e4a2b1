/** Time: one clock of the host, made of guest instructions, and for each VM one that may stand still. */
import { INSTRUCTIONS_PER_TICK } from '#machine';

/**
 * Time is made of instructions here, as on the machine itself: runs can be repeated exactly. An instruction that the
 * hypervisor made the hart try again (a hidden fault) counts once, so a guest that is alone sees the same time as on the bare machine.
 */
export class HostClock {
  /** Guest instructions begun or waited for: below 2^53, a year of running at 250 million a second. */
  now = 0;

  /** `count` guest instructions were begun. */
  pass(count: number): void {
    this.now += count;
  }

  /** Nobody can run before the clock reads `then` (not Infinity): lets the time pass. */
  skipTo(then: number): void {
    this.now = Math.max(this.now, then);
  }
}

/** Time as one VM sees it: the host's, less what passed before its power-on and while it was paused. */
export class VmClock {
  readonly #host: HostClock;
  /** What the host's clock reads when this one reads 0. */
  #origin: number;
  /** While it stands still: what it reads. */
  #stopped: number | undefined;

  /** Reads 0 now. */
  constructor(host: HostClock) {
    this.#host = host;
    this.#origin = host.now;
  }

  /** Instructions since power-on. */
  get now(): number {
    return this.#stopped ?? this.#host.now - this.#origin;
  }

  get running(): boolean {
    return this.#stopped === undefined;
  }

  /** This VM's guest began `count` instructions. */
  pass(count: number): void {
    this.#host.pass(count);
  }

  /** The `time` CSR: ticks since power-on. */
  ticks(): bigint {
    return BigInt(Math.floor(this.now / INSTRUCTIONS_PER_TICK));
  }

  /** The value of `now` at which `ticks()` reaches `deadline`; Infinity if no run can last that long. */
  instructionAt(deadline: bigint): number {
    return deadline < 2n ** 48n ? Number(deadline) * INSTRUCTIONS_PER_TICK : Infinity;
  }

  /** What the host's clock will read when this one reads `then`; Infinity while it stands still. */
  onHost(then: number): number {
    return this.running ? then + this.#origin : Infinity;
  }

  /** Stands still until `resume`. */
  pause(): void {
    this.#stopped ??= this.now;
  }

  resume(): void {
    if (this.#stopped !== undefined) this.set(this.#stopped);
  }

  /** Reads `now` from this moment on, and goes. */
  set(now: number): void {
    this.#stopped = undefined;
    this.#origin = this.#host.now - now;
  }
}
