/** Which interrupt a guest's kernel takes next, by its own registers (Privileged, "Supervisor Interrupt (sip and sie) Registers"). */
import { Interrupt } from '#machine';
import type { VirtualHart, VirtualInterrupt } from '../vcpu';

/** The bit of each interrupt in sip and sie is also its cause. */
export const INTERRUPT_CAUSE: Readonly<Record<VirtualInterrupt, number>> = {
  software: Interrupt.supervisorSoftware,
  timer: Interrupt.supervisorTimer,
  external: Interrupt.supervisorExternal,
};

const TIMER = 1n << BigInt(INTERRUPT_CAUSE.timer);
const EXTERNAL = 1n << BigInt(INTERRUPT_CAUSE.external);

/** What a VM's timer and devices hold pending, as bits of sip. */
export const pendingBits = (timer: boolean, external: boolean): bigint =>
  (timer ? TIMER : 0n) | (external ? EXTERNAL : 0n);

/** Highest priority first. */
const PRIORITY = [Interrupt.supervisorExternal, Interrupt.supervisorSoftware, Interrupt.supervisorTimer];

const SSTATUS_SIE = 1n << 1n;

/** Interrupts that are pending and enabled, whether or not they may be taken now: these end a wfi. */
export const awake = (hart: VirtualHart): bigint => {
  const enabled = hart.csr.sie;
  return enabled === 0n ? 0n : (hart.csr.sip | hart.pending) & enabled;
};

/** The cause of the interrupt that enters S-mode before the next instruction; undefined if none may. */
export function dueInterrupt(hart: VirtualHart): number | undefined {
  const candidates = awake(hart);
  const masked = hart.mode === 'S' && (hart.csr.sstatus & SSTATUS_SIE) === 0n;
  if (candidates === 0n || masked) return undefined;
  return PRIORITY.find((cause) => (candidates >> BigInt(cause)) & 1n);
}
