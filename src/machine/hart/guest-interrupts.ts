/** Guest external interrupts: the wires that hgeip shows, and what becomes of them (Privileged, "Hypervisor Guest External Interrupt Registers"). */
import { Interrupt } from './cause';
import { Csr, GUEST_INTERRUPTS, HypervisorStatus, VGEIN_AT } from './fields';
import type { HartState } from './state';

/** The wire of guest external interrupt `number`, 1 .. GUEST_INTERRUPTS: its bit of hgeip. */
export function guestInterruptLine(hart: HartState, number: number): { set(level: boolean): void } {
  if (number < 1 || number > GUEST_INTERRUPTS) throw new Error(`guest external interrupt ${number}`);
  return {
    set: (level) => {
      hart.setLow(Csr.hgeip, level ? hart.low(Csr.hgeip) | (1 << number) : hart.low(Csr.hgeip) & ~(1 << number));
      guestInterruptsChanged(hart);
    },
  };
}

/** hgeip drives two bits of mip: SGEIP by those that hgeie enables, VSEIP by the one that VGEIN selects, if any. */
export function guestInterruptsChanged(hart: HartState): void {
  const pending = hart.low(Csr.hgeip);
  const selected = (hart.low(Csr.hstatus) & HypervisorStatus.VGEIN) >>> VGEIN_AT;
  hart.setInterrupt(Interrupt.supervisorGuestExternal, (pending & hart.low(Csr.hgeie)) !== 0);
  hart.setInterrupt(Interrupt.guestExternal, ((pending >>> selected) & 1) === 1); // bit 0 is always 0
}
