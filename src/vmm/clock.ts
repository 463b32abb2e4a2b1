/** The clock that all VMs of a host share: guest instructions begun, and time that passed while nobody could run. */
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

  /** The `time` CSR: ticks since the start. */
  ticks(): bigint {
    return BigInt(Math.floor(this.now / INSTRUCTIONS_PER_TICK));
  }

  /** The value of `now` at which `ticks()` reaches `deadline`; Infinity if no run can last that long. */
  instructionAt(deadline: bigint): number {
    return deadline < 2n ** 48n ? Number(deadline) * INSTRUCTIONS_PER_TICK : Infinity;
  }

  /** Nobody can run before the clock reads `then` (not Infinity): lets the time pass. */
  skipTo(then: number): void {
    this.now = Math.max(this.now, then);
  }
}
