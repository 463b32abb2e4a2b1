/** Which interrupt a guest's kernel takes next, by its own registers (Privileged, "Supervisor Interrupt (sip and sie) Registers"). */
import { Interrupt } from '#machine';
import type { VirtualHart, VirtualInterrupt } from '../vcpu';

/** The bit of each interrupt in sip and sie is also its cause. */
export const INTERRUPT_CAUSE: Readonly<Record<VirtualInterrupt, number>> = {
  software: Interrupt.supervisorSoftware,
  timer: Interrupt.supervisorTimer,
  external: Interrupt.supervisorExternal,
};

/** Highest priority first. */
const PRIORITY = [Interrupt.supervisorExternal, Interrupt.supervisorSoftware, Interrupt.supervisorTimer];

const SSTATUS_SIE = 1n << 1n;

/** Interrupts that are pending and enabled, whether or not they may be taken now: these end a wfi. */
export const awake = ({ csr, pending }: VirtualHart): bigint => (csr.sip | pending) & csr.sie;

/** The cause of the interrupt that enters S-mode before the next instruction; undefined if none may. */
export function dueInterrupt(hart: VirtualHart): number | undefined {
  const enabled = hart.mode === 'U' || (hart.csr.sstatus & SSTATUS_SIE) !== 0n;
  const candidates = enabled ? awake(hart) : 0n;
  return PRIORITY.find((cause) => (candidates >> BigInt(cause)) & 1n);
}
