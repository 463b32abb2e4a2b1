/** stimecmp and vstimecmp: timers of S-mode and VS-mode without a call to M-mode (Privileged, "Sstc Extension"). */
import type { AccessRules, Behaviour, CsrHart } from './csr-row';
import { Csr } from './fields';
import { opened } from './csr-row';

const TIME = opened(1);

/** Bit 63 of an envcfg register. */
const STCE_AT = 31;

/** Sstc is on for S-mode, and for VS-mode. */
export const supervisorTimerIsOn = (hart: Pick<CsrHart, 'high'>): boolean => hart.high(Csr.menvcfg) >>> STCE_AT === 1;
export const guestTimerIsOn = (hart: Pick<CsrHart, 'high'>): boolean =>
  supervisorTimerIsOn(hart) && hart.high(Csr.henvcfg) >>> STCE_AT === 1;

/** "When (...) mcounteren.TM or menvcfg.STCE is clear", only M-mode may access stimecmp and vstimecmp. */
export const HYPERVISOR_TIMER: AccessRules = {
  closedByMachine: (hart) => TIME.closedByMachine!(hart) || !supervisorTimerIsOn(hart),
};

/** In VS-mode, where the number leads to vstimecmp, hcounteren.TM and henvcfg.STCE decide as well. */
export const SUPERVISOR_TIMER: AccessRules = {
  ...HYPERVISOR_TIMER,
  closedByHypervisor: (hart) => TIME.closedByHypervisor!(hart) || !guestTimerIsOn(hart),
};

/** What the comparators hold after reset, which the manual leaves open: no time is later. */
export const NEVER = 0xffff_ffff_ffff_ffffn;

/** A 64-bit register on which the time of the next timer interrupt depends. */
export const timerRegister =
  (reset: bigint): Behaviour =>
  (slot) => ({
    reset,
    read: (hart) => hart.slot(slot),
    write: (hart, value) => {
      hart.setSlot(slot, value);
      hart.timersChanged();
    },
  });
