/** Where a guest's interrupts come from. What becomes of them is up to a part: solutions/05-virtual-time/virtual-time.ts. */
import { Interrupt, SavedFields, type Savable, type Saved } from '#machine';
import type { VmClock } from '../clock';
import type { InterruptState, VirtualTime } from '../virtual-time';
import type { VirtualHart, VirtualInterrupt } from '../vcpu';
import { instantFrom, saveInstant } from './saved-instant';

/** The bit of each interrupt in sip and sie is also its cause. */
export const INTERRUPT_CAUSE: Readonly<Record<VirtualInterrupt, number>> = {
  software: Interrupt.supervisorSoftware,
  timer: Interrupt.supervisorTimer,
  external: Interrupt.supervisorExternal,
};

export const SOFTWARE = 1n << BigInt(INTERRUPT_CAUSE.software);
const SSTATUS_SIE = 1n << 1n;

/** The wires that end at a VCPU: the PLIC's, and an alarm clock. */
export class InterruptWires implements Savable {
  /** The PLIC's wire. */
  external = false;
  readonly #clock: VmClock;
  readonly #time: VirtualTime;
  #deadline = Infinity;

  constructor(clock: VmClock, time: VirtualTime) {
    this.#clock = clock;
    this.#time = time;
  }

  /** What the clock reads when the timer interrupt becomes pending. */
  get deadline(): number {
    return this.#deadline;
  }

  /** The timer interrupt is pending from this tick of `time` on. */
  setTimer(tick: bigint): void {
    this.#deadline = this.#clock.instructionAt(tick);
  }

  save(): Saved {
    return { external: this.external, deadline: saveInstant(this.#deadline) };
  }

  restore(saved: Saved): void {
    const from = new SavedFields(saved, 'interrupt wires');
    this.external = from.flag('external');
    this.#deadline = instantFrom(from, 'deadline');
  }

  /** Pending interrupts as bits of sip: STIP and SEIP. */
  get pending(): bigint {
    return this.#time.pending(this.#deadline, this.external, this.#clock.now);
  }
}

/** Those of a virtual hart. */
export const interruptsOf = ({ csr, mode, pending }: VirtualHart): InterruptState => ({
  pending: csr.sip | pending,
  enabled: csr.sie,
  mode,
  open: (csr.sstatus & SSTATUS_SIE) !== 0n,
});
