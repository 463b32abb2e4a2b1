/** The interrupt registers: one set of pending bits and one of enable bits, which each mode sees through a window of its own (Privileged, "Machine Interrupt Registers" and "Hypervisor Interrupt Registers"). */
import { merge } from '../bits';
import type { Isa } from '../isa';
import type { Behaviour, CsrHart, CsrRow } from './csr-row';
import { supervisorTimerIsOn } from './csr-timer';
import {
  Csr,
  GUEST_LEVEL_INTERRUPTS,
  HYPERVISOR_INTERRUPTS,
  MACHINE_INTERRUPTS,
  SUPERVISOR_INTERRUPTS,
} from './fields';

const bit = (interrupt: number): bigint => 1n << BigInt(interrupt);

/** VSSIP: the one VS-level bit that software writes in mip, hip and vsip too; it lies in hvip. */
const GUEST_SOFTWARE = bit(2);
const SUPERVISOR_TIMER = bit(5);

/** What of mie and mideleg exists. */
const ofHypervisor = (isa: Isa): bigint => (isa.has('H') ? HYPERVISOR_INTERRUPTS : 0n);

/** mie; a write may let an interrupt through at once, so it is not mere storage. */
export const machineEnable = (): Behaviour => (slot) => ({
  read: (hart) => hart.slot(slot),
  write: (hart, value) =>
    hart.setSlot(slot, value & (MACHINE_INTERRUPTS | SUPERVISOR_INTERRUPTS | ofHypervisor(hart.isa))),
});

/** mideleg: the hypervisor's interrupts are "always delegated past M-mode to HS-mode": read-only one. */
export const machineDelegation = (): Behaviour => (slot) => ({
  reset: ofHypervisor,
  read: (hart) => hart.slot(slot),
  write: (hart, value) => hart.setSlot(slot, (value & SUPERVISOR_INTERRUPTS) | ofHypervisor(hart.isa)),
});

/** With Sstc on, STIP comes from stimecmp alone and cannot be written. */
const writableInMachine = (hart: CsrHart): bigint =>
  supervisorTimerIsOn(hart) ? SUPERVISOR_INTERRUPTS & ~SUPERVISOR_TIMER : SUPERVISOR_INTERRUPTS;

/**
 * mip: M-mode may write SSIP, STIP, SEIP and VSSIP; the rest comes from devices and from hvip. SEIP reads as the OR of the written
 * bit and the interrupt controller's line, but csrrs and csrrc start from the written bits alone.
 */
export const machinePending = (): Behaviour => (slot) => ({
  read: (hart) => hart.slot(slot) | hart.slot(Csr.hvip) | BigInt(hart.lines),
  readForUpdate: (hart) => hart.slot(slot) | (hart.slot(Csr.hvip) & GUEST_SOFTWARE),
  write: (hart, value) => {
    hart.setSlot(slot, merge(hart.slot(slot), value, writableInMachine(hart)));
    if (hart.isa.has('H')) hart.setSlot(Csr.hvip, merge(hart.slot(Csr.hvip), value, GUEST_SOFTWARE));
  },
});

/** sie and sip: those of the supervisor's bits of mie and mip that mideleg gives to S-mode; the others read 0. Of those, `writable` can be written. */
export const delegated =
  (of: CsrRow, writable: bigint): Behaviour =>
  () => {
    const visible = (hart: CsrHart): bigint => hart.slot(Csr.mideleg) & SUPERVISOR_INTERRUPTS;
    const read = (hart: CsrHart): bigint => of.read(hart) & visible(hart);
    const write = (hart: CsrHart, value: bigint): void => {
      const base = (of.readForUpdate ?? of.read)(hart);
      of.write(hart, merge(base, value, writable & visible(hart)));
    };
    return { read, write };
  };
export const SIE_WRITABLE = SUPERVISOR_INTERRUPTS;
/** Only SSIP: the others belong to M-mode and to devices. */
export const SIP_WRITABLE = bit(1);

/** hie and hip: the hypervisor's bits of mie and mip. */
export const hypervisorWindow =
  (of: CsrRow, writable: bigint): Behaviour =>
  () => ({
    read: (hart) => of.read(hart) & HYPERVISOR_INTERRUPTS,
    write: (hart, value) => of.write(hart, merge((of.readForUpdate ?? of.read)(hart), value, writable)),
  });
export const HIE_WRITABLE = HYPERVISOR_INTERRUPTS;
export const HIP_WRITABLE = GUEST_SOFTWARE;

/** vsie and vsip: the VS-level bits of mie and mip that hideleg gives to VS-mode, each in the place of its supervisor's twin, one lower. */
export const guestWindow =
  (of: CsrRow, writable: bigint): Behaviour =>
  () => ({
    read: (hart) => (of.read(hart) & hart.slot(Csr.hideleg)) >> 1n,
    write: (hart, value) => {
      const visible = writable & hart.slot(Csr.hideleg);
      of.write(hart, merge((of.readForUpdate ?? of.read)(hart), value << 1n, visible));
    },
  });
export const VSIE_WRITABLE = GUEST_LEVEL_INTERRUPTS;
export const VSIP_WRITABLE = GUEST_SOFTWARE;
