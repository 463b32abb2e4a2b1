/** The CSRs of the hypervisor extension, one row each: those of HS-mode about its guests, those of VS-mode, and two of M-mode (Privileged, "Hypervisor and Virtual Supervisor CSRs"). */
import { hypervisorEnvironment } from './csr-environment';
import {
  guestWindow,
  HIE_WRITABLE,
  HIP_WRITABLE,
  hypervisorWindow,
  VSIE_WRITABLE,
  VSIP_WRITABLE,
} from './csr-interrupts';
import { csr, derived, EPC, masked, needing, plain, TVEC, type Behaviour, type CsrRow } from './csr-row';
import { ENVIRONMENT_ACCESS } from './csr-stateen';
import { guestSupervisorStatus, hypervisorStatus } from './csr-status';
import { HYPERVISOR_TIMER, NEVER, timerRegister } from './csr-timer';
import { addressTranslation, guestAddressTranslation, TRANSLATION } from './csr-translation';
import { guestInterruptsChanged } from './guest-interrupts';
import { Csr, DELEGABLE_TO_GUEST, GUEST_INTERRUPTS, GUEST_LEVEL_INTERRUPTS } from './fields';

/** Bits GEILEN:1. */
const GUEST_INTERRUPT_BITS = BigInt(2 ** (GUEST_INTERRUPTS + 1) - 2);

/** hgeie: which guest external interrupts wake HS-mode. */
const guestInterruptEnable = (): Behaviour => (slot) => ({
  read: (hart) => hart.slot(slot),
  write: (hart, value) => {
    hart.setSlot(slot, value & GUEST_INTERRUPT_BITS);
    guestInterruptsChanged(hart);
  },
});

/** Not storage: a write may let an interrupt through at once. */
const interruptBits =
  (writable: bigint): Behaviour =>
  (slot) => ({ ...masked(writable)(slot), storage: undefined });

/** `mie` and `mip`: the registers that the others are windows on. */
export const hypervisorRows = (mie: CsrRow, mip: CsrRow): CsrRow[] => [
  csr('hstatus', 0x600, hypervisorStatus()),
  csr('hedeleg', 0x602, masked(DELEGABLE_TO_GUEST)),
  csr('hideleg', 0x603, interruptBits(GUEST_LEVEL_INTERRUPTS)),
  csr('hie', 0x604, hypervisorWindow(mie, HIE_WRITABLE)),
  csr('htimedelta', 0x605, timerRegister(0n)), // it moves the moment at which vstimecmp is reached
  csr('hcounteren', 0x606, masked(0xffff_ffffn)),
  csr('hgeie', 0x607, guestInterruptEnable()),
  csr('henvcfg', 0x60a, hypervisorEnvironment(), { rules: ENVIRONMENT_ACCESS }),
  csr('htval', 0x643, plain()),
  csr('hip', 0x644, hypervisorWindow(mip, HIP_WRITABLE)),
  csr('hvip', 0x645, interruptBits(GUEST_LEVEL_INTERRUPTS)),
  csr('htinst', 0x64a, plain()),
  csr('hgatp', 0x680, guestAddressTranslation(), { rules: TRANSLATION }),
  csr(
    'hgeip',
    0xe12,
    derived((hart) => hart.slot(Csr.hgeip)),
  ), // set by wires

  csr('vsstatus', 0x200, guestSupervisorStatus()),
  csr('vsie', 0x204, guestWindow(mie, VSIE_WRITABLE)),
  csr('vstvec', 0x205, masked(TVEC)),
  csr('vsscratch', 0x240, plain()),
  csr('vsepc', 0x241, masked(EPC)),
  csr('vscause', 0x242, plain()),
  csr('vstval', 0x243, plain()),
  csr('vsip', 0x244, guestWindow(mip, VSIP_WRITABLE)),
  csr('vsatp', 0x280, addressTranslation('guest')),
  ...needing('Sstc', [csr('vstimecmp', 0x24d, timerRegister(NEVER), { rules: HYPERVISOR_TIMER })]),

  csr('mtinst', 0x34a, plain()),
  csr('mtval2', 0x34b, plain()),
];
