/** A guest's interrupts: what its timer and devices hold pending, and which one its kernel takes next (Privileged, "Supervisor Interrupt (sip and sie) Registers"). */
import { Interrupt, SavedFields, type Savable, type Saved } from '#machine';
import type { VmClock } from '../clock';
import type { VirtualHart, VirtualInterrupt } from '../vcpu';
import { instantFrom, saveInstant } from './saved-instant';

/** The bit of each interrupt in sip and sie is also its cause. */
export const INTERRUPT_CAUSE: Readonly<Record<VirtualInterrupt, number>> = {
  software: Interrupt.supervisorSoftware,
  timer: Interrupt.supervisorTimer,
  external: Interrupt.supervisorExternal,
};

export const SOFTWARE = 1n << BigInt(INTERRUPT_CAUSE.software);
const TIMER = 1n << BigInt(INTERRUPT_CAUSE.timer);
const EXTERNAL = 1n << BigInt(INTERRUPT_CAUSE.external);

/** Highest priority first. */
const PRIORITY = [Interrupt.supervisorExternal, Interrupt.supervisorSoftware, Interrupt.supervisorTimer];

const SSTATUS_SIE = 1n << 1n;

/** The wires that end at a VCPU: the PLIC's, and an alarm clock. */
export class InterruptWires implements Savable {
  /** The PLIC's wire. */
  external = false;
  readonly #clock: VmClock;
  /** What the clock reads when the timer interrupt becomes pending. */
  #deadline = Infinity;

  constructor(clock: VmClock) {
    this.#clock = clock;
  }

  /** The timer interrupt is pending from this tick of `time` on. */
  setTimer(tick: bigint): void {
    this.#deadline = this.#clock.instructionAt(tick);
  }

  /** What the clock will read when the timer rings; Infinity if it has rung already, or never will. */
  get alarm(): number {
    return this.#deadline > this.#clock.now ? this.#deadline : Infinity;
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
    return (this.#clock.now >= this.#deadline ? TIMER : 0n) | (this.external ? EXTERNAL : 0n);
  }
}

/** Interrupts that are pending and enabled, whether or not they may be taken now: these end a wfi. */
export const awake = (hart: VirtualHart): bigint => {
  const enabled = hart.csr.sie;
  return enabled === 0n ? 0n : (hart.csr.sip | hart.pending) & enabled;
};

/** The cause of the interrupt that enters S-mode before the next instruction; undefined if none may. */
export function dueInterrupt(hart: VirtualHart): number | undefined {
  const candidates = awake(hart);
  const masked = hart.mode === 'S' && (hart.csr.sstatus & SSTATUS_SIE) === 0n;
  return masked ? undefined : firstOf(candidates);
}

/** The cause of the most urgent of these interrupts; undefined if there are none. */
export const firstOf = (interrupts: bigint): number | undefined =>
  interrupts === 0n ? undefined : PRIORITY.find((cause) => (interrupts >> BigInt(cause)) & 1n);
