/** The 80386 in protected mode, rings 0 and 3: what Robin and Irvine found (USENIX Security 2000), as a machine that executes it. */
import { machineOf, row, supervisorOnly, trap, type Draft, type Row } from '../model';
import type { Mode, Values } from '../state';
import { CALL_GATE, descriptorOf, RING, selector, visible, type Descriptor } from './i386-segments';

/** Bits of EFLAGS as far as they are modelled: carry 0, IF 9, IOPL 13:12. */
const IF = 2 ** 9;
const IOPL = 2 ** 12;
const flagsOf = ({ E, R }: Draft): number => E.cf + R.if * IF + R.iopl * IOPL;

/** POPF and IRET, executed in `mode`: IF only if CPL <= IOPL, IOPL only in ring 0; else both stay, and nothing traps. */
function loadFlags(m: Draft, flags: number, mode: Mode): void {
  m.E.cf = flags & 1;
  if (RING[mode] <= m.R.iopl) m.R.if = flags & IF ? 1 : 0;
  if (mode === 's') m.R.iopl = (flags >> 12) & 3;
}

/** CS is the code segment's selector; its lowest two bits are the ring, which no monitor can hide from this. */
const cs = (m: Draft): number => selector(m.R.code, RING[m.M]);

/** Loads a data segment register: #GP unless DPL >= CPL and DPL >= RPL. */
function loadData(m: Draft, value: number): void {
  const found = descriptorOf(value);
  if (found?.kind !== 'data' || found.dpl < Math.max(RING[m.M], value & 3)) trap('#GP');
  m.R.ds = value >> 3;
}

/** Goes to a code segment, through a call gate or directly; `outward`: RET and IRET, which may leave for ring 3. */
function goTo(m: Draft, value: number, outward = false): void {
  const found: Descriptor | undefined = descriptorOf(value);
  if (found?.kind === 'gate' && !outward) {
    if (found.dpl < Math.max(RING[m.M], value & 3)) trap('#GP');
    m.M = 's';
    m.R.code = found.target;
    return;
  }
  if (found?.kind !== 'code') trap('#GP');
  const rpl = value & 3;
  if (outward && rpl < RING[m.M]) trap('#GP');
  if (outward && rpl === 3) m.M = 'u';
  m.R.code = value >> 3;
}

function push(m: Draft, ...values: number[]): void {
  values.forEach((value, i) => (m.E[`s${i}`] = value));
}

/** I/O and the interrupt flag: CPL must not be above IOPL. */
const inputOutput =
  (execute: (draft: Draft) => void) =>
  (m: Draft): void => {
    if (RING[m.M] > m.R.iopl) trap('#GP');
    execute(m);
  };

const ring0 = (name: string, does: string, execute: (draft: Draft) => void, ...programs: Values[]): Row =>
  row(name, does, supervisorOnly(execute, '#GP'), ...programs);

/** Asks whether a selector can be used from here: ZF says it, and nothing traps. */
const asks = (name: string, does: string, answer?: (found: Descriptor) => number, data = false): Row =>
  row(
    name,
    does,
    (m) => {
      const found = visible(m.E.ax, RING[m.M]);
      const usable = found && (!data || found.kind === 'data');
      m.E.zf = usable ? 1 : 0;
      if (usable && answer) m.E.bx = answer(found);
    },
    { ax: selector(1, 0) },
    { ax: selector(3, 0) },
    { ax: selector(4, 0) },
  );

const BASE = { if: 0, iopl: 0, gdtr: 64, idtr: 128, ldtr: 8, tr: 40, cr0: 1, cr3: 4, ds: 3, code: 1, io: 0, halted: 0 };
const OTHERS = [{ if: 1 }, { gdtr: 65 }, { idtr: 129 }, { ldtr: 16 }, { tr: 48 }, { cr0: 9 }, { cr3: 5 }, { io: 1 }];

export const i386 = machineOf({
  name: 'x86',
  title: 'Intel 80386, protected mode',
  modes: { s: 'ring 0', u: 'ring 3' },
  resources: 'IF and IOPL, GDTR, IDTR, LDTR, TR, CR0, CR3, the segments that are loaded, input and output',
  source:
    "Intel, 80386 Programmer's Reference Manual, chapters 6 and 17; J. S. Robin, C. E. Irvine, USENIX Security 2000",
  notes: [
    'IOPL is 0: a monitor does not let its guests at input and output. With IOPL 3, CLI, STI, IN and OUT would not trap in ring 3.',
    'Gates and code segments are conforming or lead to ring 0; paging and task switches are left out.',
  ],
  program: { ax: 6, bx: 0, cf: 0, zf: 0, s0: 0, s1: 0, s2: 0 },
  settings: [BASE, ...OTHERS.map((change) => ({ ...BASE, ...change }))],
  rows: [
    row('ADD', 'adds, sets the flags', ({ E }) => Object.assign(E, { ax: (E.ax + 3) % 256, cf: E.ax > 252 ? 1 : 0 })),
    row('MOV', 'loads from the stack', ({ E }) => (E.ax = E.s1)),
    row('CALL near', 'calls within the segment', (m) => {
      push(m, m.P);
      m.P = 9;
    }),
    row('RET near', 'returns within the segment', (m) => (m.P = m.E.s0)),
    row('DIV 0', 'divides by zero: traps in both rings', () => trap('#DE')),
    row('SGDT', 'stores the base of the descriptor table', ({ E, R }) => (E.ax = R.gdtr)),
    row('SIDT', 'stores the base of the interrupt table', ({ E, R }) => (E.ax = R.idtr)),
    row('SLDT', 'stores the selector of the local table', ({ E, R }) => (E.ax = R.ldtr)),
    row('SMSW', 'stores the low half of CR0', ({ E, R }) => (E.ax = R.cr0)),
    row('STR', 'stores the selector of the task', ({ E, R }) => (E.ax = R.tr)),
    row('PUSHF', 'pushes the flags', (m) => push(m, flagsOf(m))),
    row('POPF', 'pops the flags', (m) => loadFlags(m, m.E.s0, m.M), { s0: 1 }, { s0: IF + 1 }),
    asks('LAR', 'loads the access rights of a segment', ({ dpl }) => 144 + 32 * dpl),
    asks('LSL', 'loads the limit of a segment', ({ base }) => 100 + base),
    asks('VERR', 'asks whether a segment can be read'),
    asks('VERW', 'asks whether a segment can be written', undefined, true),
    row('PUSH CS', 'pushes the selector of the code segment', (m) => push(m, cs(m))),
    row('MOV r,CS', 'copies the selector of the code segment', (m) => (m.E.ax = cs(m))),
    row(
      'POP DS',
      'pops into a segment register',
      (m) => loadData(m, m.E.s0),
      { s0: selector(5, 3) },
      { s0: selector(4, 0) },
    ),
    row(
      'MOV DS,r',
      'loads a segment register',
      (m) => loadData(m, m.E.ax),
      { ax: selector(5, 3) },
      { ax: selector(4, 0) },
    ),
    row(
      'CALL far',
      'calls another segment, perhaps through a gate',
      (m) => {
        push(m, m.P, cs(m));
        goTo(m, m.E.ax);
        m.P = 9;
      },
      { ax: selector(1, 3) },
      { ax: selector(2, 3) },
      { ax: selector(CALL_GATE, 3) },
    ),
    row(
      'JMP far',
      'jumps to another segment',
      (m) => {
        goTo(m, m.E.ax);
        m.P = 9;
      },
      { ax: selector(1, 3) },
      { ax: selector(2, 3) },
    ),
    row(
      'RET far',
      'returns to another segment',
      (m) => {
        goTo(m, m.E.s1, true);
        m.P = m.E.s0;
      },
      { s0: 9, s1: selector(1, 0) },
      { s0: 9, s1: selector(1, 3) },
      { s0: 9, s1: selector(2, 3) },
    ),
    row(
      'INT n',
      'calls through the interrupt table',
      (m) => {
        // Gate 0 is for ring 0, gate 3 for everybody. An interrupt gate clears IF, in ring 3 too.
        if (m.E.ax < RING[m.M]) trap('#GP');
        push(m, m.P, cs(m), flagsOf(m));
        m.R.if = 0;
        m.P = 9;
      },
      { ax: 0 },
      { ax: 3 },
    ),
    row(
      'IRET',
      'returns from an interrupt, with the flags',
      (m) => {
        const { s0, s1, s2 } = m.E;
        const from = m.M;
        goTo(m, s1, true);
        loadFlags(m, s2, from);
        m.P = s0;
      },
      { s0: 9, s1: selector(1, 0), s2: IF },
      { s0: 9, s1: selector(1, 3), s2: IF },
      { s0: 9, s1: selector(2, 3), s2: IF },
    ),
    row(
      'CLI',
      'switches interrupts off',
      inputOutput(({ R }) => (R.if = 0)),
    ),
    row(
      'STI',
      'switches interrupts on',
      inputOutput(({ R }) => (R.if = 1)),
    ),
    row(
      'IN',
      'reads a port',
      inputOutput(({ E, R }) => (E.ax = R.io)),
    ),
    row(
      'OUT',
      'writes a port',
      inputOutput(({ E, R }) => (R.io = E.ax)),
    ),
    ring0('LGDT', 'loads the base of the descriptor table', ({ E, R }) => (R.gdtr = E.ax)),
    ring0('LIDT', 'loads the base of the interrupt table', ({ E, R }) => (R.idtr = E.ax)),
    ring0('LLDT', 'loads the selector of the local table', ({ E, R }) => (R.ldtr = E.ax)),
    ring0('LTR', 'loads the selector of the task', ({ E, R }) => (R.tr = E.ax)),
    ring0('LMSW', 'loads the low half of CR0', ({ E, R }) => (R.cr0 = E.ax | 1)),
    ring0('CLTS', 'clears a bit of CR0', ({ R }) => (R.cr0 &= ~8)),
    ring0('MOV CR3,r', 'loads the base of the page tables', ({ E, R }) => (R.cr3 = E.ax)),
    ring0('MOV r,CR3', 'reads the base of the page tables', ({ E, R }) => (E.ax = R.cr3)),
    ring0('HLT', 'waits for an interrupt', ({ R }) => (R.halted = 1)),
  ],
});
