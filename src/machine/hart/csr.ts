/** The CSRs of this machine, one row each: number and behaviour (Privileged, "CSR Listing" and the section of each register). Those of the hypervisor extension are in csr-hypervisor.ts. */
import { EXTENSIONS } from '../isa';
import { FLOAT_ROWS } from './floating-point';
import { pmpAddress, pmpConfiguration } from '../mmu/pmp-registers';
import { counter, countInhibit, cycles, instructionsRetired } from './counters';
import { machineEnvironment, supervisorEnvironment } from './csr-environment';
import { hypervisorRows } from './csr-hypervisor';
import {
  delegated,
  machineDelegation,
  machineEnable,
  machinePending,
  SIE_WRITABLE,
  SIP_WRITABLE,
} from './csr-interrupts';
import {
  constant,
  csr,
  derived,
  EPC,
  masked,
  maskedFor,
  needing,
  opened,
  plain,
  TVEC,
  view,
  type CsrRow,
} from './csr-row';
import { ENVIRONMENT_ACCESS, STATE_ENABLE_ROWS } from './csr-stateen';
import { machineStatus } from './csr-status';
import { NEVER, SUPERVISOR_TIMER, timerRegister } from './csr-timer';
import { addressTranslation, TRANSLATION } from './csr-translation';
import { Csr, DELEGABLE_EXCEPTIONS, GUEST_EXCEPTIONS, SSTATUS_BITS } from './fields';

/** misa: MXL 2 (64 bits) and a bit for each single-letter extension, S- and U-mode among them, X for those that are ours alone; nothing can be switched off. */
const machineIsa = derived(({ isa }) => {
  const present = EXTENSIONS.filter((extension) => isa.has(extension));
  const letters = new Set([
    ...present.filter(({ length, 0: first }) => length === 1 || first === 'X').map(([first]) => first),
    'S',
    'U',
  ]);
  return [...letters].reduce((misa, letter) => misa | (1n << BigInt(letter.charCodeAt(0) - 65)), 2n << 62n);
});

/** Rows for registers that differ only by a number. */
const each = (from: number, to: number, row: (n: number) => CsrRow): CsrRow[] =>
  Array.from({ length: to - from + 1 }, (_, i) => row(from + i));

const hartId = derived((hart) => BigInt(hart.id));
const time = derived((hart) => (hart.inGuest ? hart.guestTicks() : hart.ticks()));
const delegableExceptions = maskedFor(({ isa }) => DELEGABLE_EXCEPTIONS | (isa.has('H') ? GUEST_EXCEPTIONS : 0n));

const mstatus = csr('mstatus', 0x300, machineStatus());
const mie = csr('mie', 0x304, machineEnable());
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
  csr('medeleg', 0x302, delegableExceptions),
  csr('mideleg', 0x303, machineDelegation()),
  mie,
  csr('mtvec', 0x305, masked(TVEC)),
  csr('mcounteren', 0x306, masked(0xffff_ffffn)),
  csr('menvcfg', 0x30a, machineEnvironment()),
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

/** `guestTwin`: in VS-mode, the number leads to the twin. scounteren and senvcfg have none: hypervisors swap their contents. */
const SUPERVISOR: CsrRow[] = [
  csr('sstatus', 0x100, view(mstatus, SSTATUS_BITS), { guestTwin: Csr.vsstatus, isStatus: true }),
  csr('sie', 0x104, delegated(mie, SIE_WRITABLE), { guestTwin: Csr.vsie }),
  csr('stvec', 0x105, masked(TVEC), { guestTwin: Csr.vstvec }),
  csr('scounteren', 0x106, masked(0xffff_ffffn)),
  csr('senvcfg', 0x10a, supervisorEnvironment(), { rules: ENVIRONMENT_ACCESS }),
  csr('sscratch', 0x140, plain(), { guestTwin: Csr.vsscratch }),
  csr('sepc', 0x141, masked(EPC), { guestTwin: Csr.vsepc }),
  csr('scause', 0x142, plain(), { guestTwin: Csr.vscause }),
  csr('stval', 0x143, plain(), { guestTwin: Csr.vstval }),
  csr('sip', 0x144, delegated(mip, SIP_WRITABLE), { guestTwin: Csr.vsip }),
  csr('satp', 0x180, addressTranslation('host'), { guestTwin: Csr.vsatp, rules: TRANSLATION }),
  ...needing('Sstc', [
    csr('stimecmp', 0x14d, timerRegister(NEVER), { guestTwin: Csr.vstimecmp, rules: SUPERVISOR_TIMER }),
  ]),
];

const UNPRIVILEGED: CsrRow[] = [
  csr('cycle', 0xc00, derived(mcycle.read), { rules: opened(0) }),
  csr('time', 0xc01, time, { rules: opened(1), isTime: true }),
  csr('instret', 0xc02, derived(minstret.read), { rules: opened(2) }),
  ...each(3, 31, (n) => csr(`hpmcounter${n}`, 0xc00 + n, constant(0n), { rules: opened(n) })),
];

/** All CSRs. A number that is not here is an illegal instruction. */
export const CSR_ROWS: readonly CsrRow[] = [
  ...MACHINE,
  ...SUPERVISOR,
  ...needing('H', hypervisorRows(mie, mip)),
  ...UNPRIVILEGED,
  ...FLOAT_ROWS,
  ...STATE_ENABLE_ROWS,
];
