/** mstatus, hstatus and vsstatus: which fields each has, and what depends on them (Privileged, "Machine Status Register", "Hypervisor Status Register" and "Virtual Supervisor Status Register"). */
import { extract, insert, merge } from '../bits';
import type { Behaviour, CsrHart } from './csr-row';
import {
  GUEST_INTERRUPTS,
  GuestStatus,
  HypervisorStatus,
  SD,
  SSTATUS_BITS,
  Status,
  SXL_64,
  UXL_64,
  VGEIN_AT,
} from './fields';

const all = (fields: Readonly<Record<string, number>>): bigint =>
  BigInt(Object.values(fields).reduce((bits, bit) => bits | bit, 0));

/** FS exists with F, MPV and GVA with the hypervisor extension. */
const MACHINE_STATUS = all(Status);
const FS = BigInt(Status.FS);
const MACHINE_GUEST_STATUS = all(GuestStatus) << 32n;

/** SD sums up FS: it is set while that is Dirty. */
const withDirty = (hart: CsrHart, slot: number): bigint =>
  hart.slot(slot) | ((hart.low(slot) & Status.FS) === Status.FS ? SD : 0n);

/** Without F, FS is fixed at Off. */
const existing = (hart: CsrHart, bits: bigint): bigint => (hart.isa.has('F') ? bits : bits & ~FS);

/** mstatus: MPP keeps its value when the reserved 2 is written; UXL and SXL are fixed. */
export const machineStatus = (): Behaviour => (slot) => ({
  reset: UXL_64 | SXL_64,
  read: (hart) => withDirty(hart, slot),
  write: (hart, value) => {
    const [low, high] = [hart.low(slot), hart.high(slot)];
    const before = hart.slot(slot);
    const legal = extract(value, 12, 11) === 2n ? insert(value, 12, 11, extract(before, 12, 11)) : value;
    hart.setSlot(
      slot,
      merge(before, legal, existing(hart, MACHINE_STATUS | (hart.isa.has('H') ? MACHINE_GUEST_STATUS : 0n))),
    );
    hart.statusChanged(hart.low(slot) ^ low, hart.high(slot) ^ high);
  },
});

const HYPERVISOR_STATUS = all(GuestStatus) | all(HypervisorStatus);

/** hstatus: VSXL is fixed, VSBE 0. VGEIN can hold 0 to GEILEN (WLRL) and keeps its value when another is written. */
export const hypervisorStatus = (): Behaviour => (slot) => ({
  reset: UXL_64,
  read: (hart) => hart.slot(slot),
  write: (hart, value) => {
    const before = hart.slot(slot);
    const source = (Number(value & 0xffff_ffffn) & HypervisorStatus.VGEIN) >> VGEIN_AT;
    const writable =
      source <= GUEST_INTERRUPTS ? HYPERVISOR_STATUS : HYPERVISOR_STATUS & ~BigInt(HypervisorStatus.VGEIN);
    hart.setSlot(slot, merge(before, value, writable));
    hart.hypervisorStatusChanged();
  },
});

const GUEST_SUPERVISOR_STATUS = MACHINE_STATUS & SSTATUS_BITS;

/** vsstatus: the fields of sstatus; UXL is fixed. */
export const guestSupervisorStatus = (): Behaviour => (slot) => ({
  reset: UXL_64,
  read: (hart) => withDirty(hart, slot),
  write: (hart, value) => {
    const low = hart.low(slot);
    hart.setSlot(slot, merge(hart.slot(slot), value, existing(hart, GUEST_SUPERVISOR_STATUS)));
    hart.guestStatusChanged(hart.low(slot) ^ low);
  },
});
