/** Which interrupt is taken next (Privileged, "Machine Interrupt (mip and mie) Registers", and "Trap Entry" of the hypervisor extension). */
import { Interrupt } from './cause';
import { Csr, Status } from './fields';
import { M, S } from './privilege';
import type { HartState } from './state';

/** Highest priority first, whoever handles them. */
const PRIORITY = [
  Interrupt.machineExternal,
  Interrupt.machineSoftware,
  Interrupt.machineTimer,
  Interrupt.supervisorExternal,
  Interrupt.supervisorSoftware,
  Interrupt.supervisorTimer,
  Interrupt.supervisorGuestExternal,
  Interrupt.guestExternal,
  Interrupt.guestSoftware,
  Interrupt.guestTimer,
];

/**
 * The interrupt that `hart` takes before its next instruction, or 0. `pending`: mip & mie (low 32 bits).
 *
 * Each interrupt belongs to the mode that delegation gives it to. It waits for that mode's xIE while the mode itself runs, and for
 * a return while a more privileged one does; a less privileged one it interrupts at once. M-mode's come before those of HS-mode,
 * and these before the guest's.
 */
export function nextInterrupt(hart: HartState, pending: number): number {
  const { privilege, inGuest } = hart;
  const status = hart.low(Csr.mstatus);
  const delegated = hart.low(Csr.mideleg);
  const toGuest = delegated & hart.low(Csr.hideleg);
  const isOpen = {
    M: privilege < M || (status & Status.MIE) !== 0,
    S: inGuest || privilege < S || (privilege === S && (status & Status.SIE) !== 0),
    VS: inGuest && (privilege < S || (hart.low(Csr.vsstatus) & Status.SIE) !== 0),
  };
  const candidates =
    (isOpen.M && pending & ~delegated) ||
    (isOpen.S && pending & delegated & ~toGuest) ||
    (isOpen.VS && pending & toGuest) ||
    0;
  return PRIORITY.find((cause) => (candidates >>> cause) & 1) ?? 0;
}
