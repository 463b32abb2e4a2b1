/** The clock that all VMs of a host share: guest instructions begun, and time that passed while nobody could run. */
import { INSTRUCTIONS_PER_TICK } from '#machine';

/**
 * Time is made of instructions here, as on the machine itself: runs can be repeated exactly. An instruction that the
 * hypervisor made the hart try again (a hidden fault) counts once, so a guest that is alone sees the same time as on the bare machine.
 */
export class HostClock {
  /** Below 2^53: at 250 million a second, a year of running. */
  #instructions = 0;

  /** `count` guest instructions were begun. */
  pass(count: number): void {
    this.#instructions += count;
  }

  /** The `time` CSR: ticks since the start. */
  ticks(): bigint {
    return BigInt(Math.floor(this.#instructions / INSTRUCTIONS_PER_TICK));
  }

  /** Instructions that may begin before `ticks()` reaches `deadline`; 0 if it has, Infinity if no run can last that long. */
  instructionsUntil(deadline: bigint): number {
    const ticks = deadline - this.ticks();
    if (ticks <= 0n) return 0;
    if (ticks >= 2n ** 48n) return Infinity;
    return Number(ticks) * INSTRUCTIONS_PER_TICK - (this.#instructions % INSTRUCTIONS_PER_TICK);
  }

  /** Nobody can run before `deadline`: lets the time pass. False if it never comes within the life of this clock. */
  skipTo(deadline: bigint): boolean {
    const instructions = this.instructionsUntil(deadline);
    if (instructions === Infinity) return false;
    this.#instructions += instructions;
    return true;
  }
}
