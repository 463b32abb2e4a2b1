/** What each control and status register is for, in a sentence, with its fields and the manual's section. */
import * as fields from './csr-fields';
import type { CsrField } from './csr-fields';

export interface CsrText {
  readonly about: string;
  /** Of the privileged manual, unless it says otherwise. */
  readonly section: string;
  readonly fields: readonly CsrField[];
}

const text = (about: string, section: string, of: readonly CsrField[] = []): CsrText => ({
  about,
  section,
  fields: of,
});

const MACHINE_INTERRUPTS = 'Machine Interrupt Registers';
const HYPERVISOR_INTERRUPTS = 'Hypervisor Interrupt Registers';
const COUNTERS = 'Hardware Performance Monitor';
const IDENTITY = 'Machine-Level CSRs';
const TRIGGERS = 'RISC-V Debug Specification, "Trigger Registers"';
const STATE_ENABLE = 'Smstateen/Ssstateen Extensions';
const FLOAT = 'Unprivileged, "Floating-Point Control and Status Register"';

/** Of S-mode, and of VS-mode under a name of its own. */
const supervisor = (v: '' | 'v', whose: string): Record<string, CsrText> => {
  const section = (name: string, title: string): string =>
    v === '' ? `Supervisor ${title}` : `Virtual Supervisor ${title} (vs${name})`;
  return {
    status: text(
      `What ${whose} may do, and what it was before its last trap.`,
      section('status', 'Status Register'),
      fields.SUPERVISOR_STATUS,
    ),
    ie: text(
      `Which interrupts ${whose} wants.`,
      section('ie', 'Interrupt Registers'),
      fields.interruptBits('IE', 'is taken'),
    ),
    ip: text(
      `Which interrupts wait for ${whose}.`,
      section('ip', 'Interrupt Registers'),
      fields.interruptBits('IP', 'is pending'),
    ),
    tvec: text(`Where traps to ${whose} go.`, section('tvec', 'Trap Vector Base Address Register'), fields.TRAP_VECTOR),
    scratch: text(`A word for the trap handler of ${whose}.`, section('scratch', 'Scratch Register')),
    epc: text(
      `Address of the instruction that trapped to ${whose}, or that an interrupt came before.`,
      section('epc', 'Exception Program Counter'),
    ),
    cause: text(`Why the last trap to ${whose} happened.`, section('cause', 'Cause Register'), fields.CAUSE),
    tval: text(
      `What the trap to ${whose} is about: the faulting address, the illegal instruction, or 0.`,
      section('tval', 'Trap Value Register'),
    ),
    atp: text(
      `Which page table translates for ${whose}.`,
      section('atp', 'Address Translation and Protection Register'),
      fields.TRANSLATION,
    ),
    timecmp: text(`When ${whose} next gets its timer interrupt: at this value of time.`, 'Sstc Extension'),
  };
};

const named = (prefix: string, texts: Record<string, CsrText>): [string, CsrText][] =>
  Object.entries(texts).map(([name, of]) => [prefix + name, of]);

const MACHINE: Record<string, CsrText> = {
  mvendorid: text('Who made the hart; 0: not a commercial implementation.', IDENTITY),
  marchid: text('Which microarchitecture; 0: not said.', IDENTITY),
  mimpid: text('Which version of it; 0: not said.', IDENTITY),
  mhartid: text("The hart's number; one of them is 0.", IDENTITY),
  mconfigptr: text('Where a description of the hart lies; 0: there is none.', IDENTITY),
  mstatus: text(
    'What the hart may do, and what it was before its last trap to M-mode.',
    'Machine Status Register',
    fields.MACHINE_STATUS,
  ),
  misa: text('Which single-letter extensions there are.', 'Machine ISA Register', fields.MACHINE_ISA),
  medeleg: text(
    'Which exceptions below M-mode go to S-mode (HS-mode) at once.',
    'Machine Trap Delegation Registers',
    fields.exceptionBits(),
  ),
  mideleg: text(
    'Which interrupts go to S-mode (HS-mode) at once.',
    'Machine Trap Delegation Registers',
    fields.interruptBits('', 'goes to S-mode'),
  ),
  mie: text('Which interrupts are wanted, of all modes.', MACHINE_INTERRUPTS, fields.interruptBits('IE', 'is taken')),
  mip: text('Which interrupts wait, of all modes.', MACHINE_INTERRUPTS, fields.interruptBits('IP', 'is pending')),
  mtvec: text('Where traps to M-mode go.', 'Machine Trap-Vector Base-Address Register', fields.TRAP_VECTOR),
  mcounteren: text(
    'Which counters the modes below M-mode may read.',
    'Machine Counter-Enable Register',
    fields.counterBits(),
  ),
  menvcfg: text(
    'What M-mode allows the modes below it.',
    'Machine Environment Configuration Register',
    fields.ENVIRONMENT,
  ),
  mcountinhibit: text('Which counters stand still.', 'Machine Counter-Inhibit Register'),
  mscratch: text('A word for the trap handler of M-mode.', 'Machine Scratch Register'),
  mepc: text(
    'Address of the instruction that trapped to M-mode, or that an interrupt came before.',
    'Machine Exception Program Counter',
  ),
  mcause: text('Why the last trap to M-mode happened.', 'Machine Cause Register', fields.CAUSE),
  mtval: text(
    'What the trap to M-mode is about: the faulting address, the illegal instruction, or 0.',
    'Machine Trap Value Register',
  ),
  mtval2: text(
    'Guest-physical address of a guest-page fault that went to M-mode, divided by 4.',
    'Machine Second Trap Value Register',
    fields.GUEST_ADDRESS,
  ),
  mtinst: text('The instruction that trapped to M-mode, transformed.', 'Machine Trap Instruction Register'),
  mcycle: text('Cycles since some moment.', COUNTERS),
  minstret: text('Instructions retired since some moment.', COUNTERS),
  pmpcfg0: text(
    'Rights and forms of the physical memory protection entries 0 to 7.',
    'Physical Memory Protection CSRs',
    fields.pmpConfiguration(0),
  ),
  pmpcfg2: text(
    'Rights and forms of the physical memory protection entries 8 to 15.',
    'Physical Memory Protection CSRs',
    fields.pmpConfiguration(8),
  ),
  tselect: text('Which trigger tdata1 to tdata3 show.', TRIGGERS),
  tdata1: text('The kind of the trigger; 0: there is none here.', TRIGGERS),
  tdata2: text('Data of the trigger.', TRIGGERS),
  tdata3: text('Data of the trigger.', TRIGGERS),
};

const HYPERVISOR: Record<string, CsrText> = {
  hstatus: text(
    'What the hypervisor lets its guest do, and what the guest was before the last trap.',
    'Hypervisor Status Register',
    fields.HYPERVISOR_STATUS,
  ),
  hedeleg: text(
    'Which exceptions of a guest go to the guest at once.',
    'Hypervisor Trap Delegation Registers',
    fields.exceptionBits(),
  ),
  hideleg: text(
    'Which interrupts go to the guest at once.',
    'Hypervisor Trap Delegation Registers',
    fields.interruptBits('', 'goes to VS-mode'),
  ),
  hie: text('Which interrupts of guests are wanted.', HYPERVISOR_INTERRUPTS, fields.interruptBits('IE', 'is taken')),
  hip: text('Which interrupts of guests wait.', HYPERVISOR_INTERRUPTS, fields.interruptBits('IP', 'is pending')),
  hvip: text(
    'Interrupts that the hypervisor makes pending for its guest: injection by a bit.',
    HYPERVISOR_INTERRUPTS,
    fields.interruptBits('IP', 'is pending'),
  ),
  htimedelta: text('What is added to time where a guest reads it.', 'Hypervisor Time Delta Register'),
  hcounteren: text(
    'Which counters a guest may read without an exit.',
    'Hypervisor Counter-Enable Register',
    fields.counterBits(),
  ),
  hgeie: text(
    'Which guest external interrupts wake HS-mode, a bit each from 1.',
    'Hypervisor Guest External Interrupt Registers',
  ),
  hgeip: text(
    'Which guest external interrupts wait, a bit each from 1.',
    'Hypervisor Guest External Interrupt Registers',
  ),
  henvcfg: text(
    'What the hypervisor allows its guest.',
    'Hypervisor Environment Configuration Register',
    fields.ENVIRONMENT,
  ),
  htval: text(
    'Guest-physical address of a guest-page fault, divided by 4.',
    'Hypervisor Trap Value Register',
    fields.GUEST_ADDRESS,
  ),
  htinst: text(
    'The instruction of the guest that trapped, transformed, so that it need not be fetched again.',
    'Hypervisor Trap Instruction Register',
  ),
  hgatp: text(
    'Which page table translates guest-physical addresses.',
    'Hypervisor Guest Address Translation and Protection Register',
    fields.GUEST_TRANSLATION,
  ),
};

const OTHERS: Record<string, CsrText> = {
  scounteren: text('Which counters U-mode may read.', 'Supervisor Counter-Enable Register', fields.counterBits()),
  senvcfg: text('What S-mode allows U-mode.', 'Supervisor Environment Configuration Register', fields.USER_ENVIRONMENT),
  cycle: text('Cycles since some moment, to be read only.', 'Unprivileged, "Counters"'),
  time: text(
    'Ticks of the real-time clock since some moment; in a guest, htimedelta is added.',
    'Unprivileged, "Counters"',
  ),
  instret: text('Instructions retired since some moment, to be read only.', 'Unprivileged, "Counters"'),
  fflags: text('What floating-point operations have raised since it was cleared.', FLOAT, fields.FLOAT_FLAGS),
  frm: text('How floating-point results are rounded where the instruction does not say.', FLOAT, fields.ROUNDING_MODE),
  fcsr: text('fflags and frm together.', FLOAT, fields.FLOAT_CONTROL),
};

const TEXTS: Readonly<Record<string, CsrText>> = {
  ...MACHINE,
  ...HYPERVISOR,
  ...OTHERS,
  ...Object.fromEntries(named('s', supervisor('', 'S-mode'))),
  ...Object.fromEntries(named('vs', supervisor('v', 'a guest’s S-mode'))),
};

/** Registers of which there are many, by the name without its number. */
const FAMILIES: Readonly<Record<string, CsrText>> = {
  pmpaddr: text(
    'Where a physical memory protection entry ends, or what it spans: address bits 55:2.',
    'Physical Memory Protection CSRs',
  ),
  mhpmcounter: text('Counts events that mhpmevent chooses; this machine has none.', COUNTERS),
  mhpmevent: text('Chooses what a counter counts; this machine has nothing to choose.', COUNTERS),
  hpmcounter: text('A counter of events, to be read only; this machine has none.', 'Unprivileged, "Counters"'),
  mstateen: text('Which state of extensions the modes below M-mode may use.', STATE_ENABLE, fields.STATE_ENABLE),
  hstateen: text('Which state of extensions a guest may use.', STATE_ENABLE, fields.STATE_ENABLE),
  sstateen: text('Which state of extensions U-mode may use.', STATE_ENABLE, fields.STATE_ENABLE),
};

/** The text of a register by its name; undefined for one that this machine does not have. */
export const csrText = (name: string): CsrText | undefined => TEXTS[name] ?? FAMILIES[name.replace(/\d+$/, '')];
