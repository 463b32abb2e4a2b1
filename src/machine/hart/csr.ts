/** Every CSR of this machine, one row each: number and behaviour (Privileged, "CSR Listing" and the section of each register). */
import { extract, insert, merge } from '../bits';
import { EXTENSIONS } from '../isa';
import { FLOAT_ROWS } from './floating-point';
import { pmpAddress, pmpConfiguration } from '../mmu/pmp-registers';
import { counter, countInhibit, cycles, instructionsRetired } from './counters';
import { constant, csr, delegated, derived, masked, opened, plain, view, type Behaviour, type CsrRow } from './csr-row';
import {
  ALL_INTERRUPTS,
  Csr,
  DELEGABLE_EXCEPTIONS,
  SD,
  SSTATUS_BITS,
  Status,
  SUPERVISOR_INTERRUPTS,
  SXL_64,
  UXL_64,
} from './fields';
import { S } from './privilege';

/** misa: MXL 2 (64 bits) and a bit for each single-letter extension, S- and U-mode among them; nothing can be switched off. */
const machineIsa = derived(({ isa }) => {
  const letters = [...EXTENSIONS.filter((extension) => extension.length === 1 && isa.has(extension)), 'S', 'U'];
  return letters.reduce((misa, letter) => misa | (1n << BigInt(letter.charCodeAt(0) - 65)), 2n << 62n);
});

const WRITABLE_STATUS = BigInt(Object.values(Status).reduce((all, bit) => all | bit, 0));
const FS = BigInt(Status.FS);
const ENVCFG_FIOM = 1n;
/** xtvec: MODE is 0 or 1, so bit 1 is always 0. BASE has 4-byte alignment by its encoding. */
const TVEC = ~2n & 0xffff_ffff_ffff_ffffn;
/** xepc: IALIGN is 16, so only bit 0 is always 0. */
const EPC = ~1n & 0xffff_ffff_ffff_ffffn;

/** mstatus: MPP keeps its value when the reserved 2 is written; UXL and SXL are fixed, and FS too where there is no F. */
const machineStatus = (): Behaviour => (slot) => ({
  reset: UXL_64 | SXL_64,
  read: (hart) => hart.slot(slot) | ((hart.low(slot) & Status.FS) === Status.FS ? SD : 0n),
  write: (hart, value) => {
    const before = hart.slot(slot);
    const legal = extract(value, 12, 11) === 2n ? insert(value, 12, 11, extract(before, 12, 11)) : value;
    hart.setSlot(slot, merge(before, legal, hart.isa.has('F') ? WRITABLE_STATUS : WRITABLE_STATUS & ~FS));
    hart.statusChanged(Number(before & 0xffff_ffffn));
  },
});

/**
 * mip: M-mode may write SSIP, STIP and SEIP; the rest comes from devices. SEIP reads as the OR of the written bit and the
 * interrupt controller's line, but csrrs and csrrc start from the written bit alone.
 */
const machinePending = (): Behaviour => (slot) => ({
  read: (hart) => hart.slot(slot) | BigInt(hart.lines),
  readForUpdate: (hart) => hart.slot(slot),
  write: (hart, value) => hart.setSlot(slot, value & SUPERVISOR_INTERRUPTS),
});

/** Bare, Sv39, Sv48 and Sv57. */
const SATP_MODES = [0n, 8n, 9n, 10n];

/**
 * satp: a write with an unsupported MODE changes nothing. ASIDLEN is 16: the field can be written, but cached translations
 * are dropped at each write of satp, which the manual allows (a smaller cache is not visible).
 */
const addressTranslation = (): Behaviour => (slot) => ({
  read: (hart) => hart.slot(slot),
  write: (hart, value) => {
    if (!SATP_MODES.includes(value >> 60n)) return;
    hart.setSlot(slot, value);
    hart.translationChanged();
  },
  allowed: (hart) => !(hart.privilege === S && hart.low(Csr.mstatus) & Status.TVM),
});

/** Rows for registers that differ only by a number. */
const each = (from: number, to: number, row: (n: number) => CsrRow): CsrRow[] =>
  Array.from({ length: to - from + 1 }, (_, i) => row(from + i));

const hartId = derived((hart) => BigInt(hart.id));
const ticks = derived((hart) => hart.ticks());

const mstatus = csr('mstatus', 0x300, machineStatus());
const mie = csr('mie', 0x304, masked(ALL_INTERRUPTS), { storage: undefined }); // a write may let an interrupt through at once
const mip = csr('mip', 0x344, machinePending());
const mcycle = csr('mcycle', 0xb00, counter(0, cycles));
const minstret = csr('minstret', 0xb02, counter(2, instructionsRetired));

const MACHINE: CsrRow[] = [
  csr('mvendorid', 0xf11, constant(0n)), // 0: not a commercial implementation
  csr('marchid', 0xf12, constant(0n)),
  csr('mimpid', 0xf13, constant(0n)),
  csr('mhartid', 0xf14, hartId),
  csr('mconfigptr', 0xf15, constant(0n)), // 0: there is no configuration structure
  mstatus,
  csr('misa', 0x301, machineIsa),
  csr('medeleg', 0x302, masked(DELEGABLE_EXCEPTIONS)),
  csr('mideleg', 0x303, masked(SUPERVISOR_INTERRUPTS), { storage: undefined }), // like mie
  mie,
  csr('mtvec', 0x305, masked(TVEC)),
  csr('mcounteren', 0x306, masked(0xffff_ffffn)),
  csr('menvcfg', 0x30a, masked(ENVCFG_FIOM)),
  csr('mcountinhibit', 0x320, countInhibit()),
  csr('mscratch', 0x340, plain()),
  csr('mepc', 0x341, masked(EPC)),
  csr('mcause', 0x342, plain()),
  csr('mtval', 0x343, plain()),
  mip,
  mcycle,
  minstret,
  ...each(3, 31, (n) => csr(`mhpmcounter${n}`, 0xb00 + n, constant(0n))), // no events to count
  ...each(3, 31, (n) => csr(`mhpmevent${n}`, 0x320 + n, constant(0n))),
  csr('pmpcfg0', 0x3a0, pmpConfiguration(0)),
  csr('pmpcfg2', 0x3a2, pmpConfiguration(8)), // RV64 has only the even ones
  ...each(0, 15, (n) => csr(`pmpaddr${n}`, 0x3b0 + n, pmpAddress(n))),
  csr('tselect', 0x7a0, constant(0n)), // Debug, "Trigger Registers": tdata1 = 0 says that there is no trigger
  csr('tdata1', 0x7a1, constant(0n)),
  csr('tdata2', 0x7a2, constant(0n)),
  csr('tdata3', 0x7a3, constant(0n)),
];

const SUPERVISOR: CsrRow[] = [
  csr('sstatus', 0x100, view(mstatus, SSTATUS_BITS)),
  csr('sie', 0x104, delegated(mie, ALL_INTERRUPTS)),
  csr('stvec', 0x105, masked(TVEC)),
  csr('scounteren', 0x106, masked(0xffff_ffffn)),
  csr('senvcfg', 0x10a, masked(ENVCFG_FIOM)),
  csr('sscratch', 0x140, plain()),
  csr('sepc', 0x141, masked(EPC)),
  csr('scause', 0x142, plain()),
  csr('stval', 0x143, plain()),
  csr('sip', 0x144, delegated(mip, 1n << 1n)), // only SSIP: the others belong to M-mode and to devices
  csr('satp', 0x180, addressTranslation()),
];

const UNPRIVILEGED: CsrRow[] = [
  csr('cycle', 0xc00, derived(mcycle.read), opened(0)),
  csr('time', 0xc01, ticks, opened(1)),
  csr('instret', 0xc02, derived(minstret.read), opened(2)),
  ...each(3, 31, (n) => csr(`hpmcounter${n}`, 0xc00 + n, constant(0n), opened(n))),
];

/** All CSRs. A number that is not here is an illegal instruction. */
export const CSR_ROWS: readonly CsrRow[] = [...MACHINE, ...SUPERVISOR, ...UNPRIVILEGED, ...FLOAT_ROWS];
