/** ARMv7 without the Virtualization Extensions: instructions that User mode ignores, or for which its manual promises nothing. */
import { machineOf, memoryTrap, row, supervisorOnly, trap, unknown, type Draft } from '../model';

/** Bits of the CPSR: N 31, I 7, F 6, mode 4:0. */
const N = 2 ** 31;
const MODE = { s: 0b10011, u: 0b10000 } as const;
const cpsrOf = ({ E, M, R }: Draft): number => E.n * N + R.i * 128 + R.f * 64 + MODE[M];

/** The control bits of a status word, as far as the mode may write them: User mode may not, and the rest of the instruction goes on. */
function loadControl(m: Draft, word: number): void {
  if (m.M === 'u') return;
  Object.assign(m.R, { i: (word >> 7) & 1, f: (word >> 6) & 1 });
  if ((word & 31) === MODE.u) m.M = 'u';
}

const notInUser =
  (execute: (draft: Draft) => void) =>
  (m: Draft): void => {
    if (m.M === 'u') unknown('UNPREDICTABLE in User mode');
    execute(m);
  };

/** Address 0 is the program's own word; address 1 belongs to privileged modes. */
function checkAccess(address: number, privileged: boolean): void {
  if (address === 1 && !privileged) memoryTrap('permission fault');
}

const coprocessor = (execute: (draft: Draft) => void) => supervisorOnly(execute, 'undefined instruction');

const BASE = { i: 0, f: 0, spsr: MODE.u, spUsr: 70, sctlr: 1, ttbr: 16 };
const OTHERS = [{ i: 1 }, { f: 1 }, { spsr: MODE.s }, { spUsr: 71 }, { sctlr: 5 }, { ttbr: 32 }];

export const armv7 = machineOf({
  name: 'armv7',
  title: 'ARMv7-A without extensions',
  modes: { s: 'Supervisor', u: 'User' },
  resources: 'mask bits and SPSR, the user bank (from Supervisor), SCTLR, TTBR',
  source:
    'ARM Architecture Reference Manual, ARMv7-A and ARMv7-R, "System instructions"; N. Penneman and others, Journal of Systems Architecture 59 (2013)',
  notes: [
    'What is UNPREDICTABLE has no result, so it cannot count as a trap.',
    'In User mode, MRS shows the real control bits, as on the Cortex-R4 (Technical Reference Manual, "The M bits"); the architecture promises no particular value.',
    'LDRT and STRT come out innocuous: the model of 1974 knows no pages that one mode may use and the other may not. A guest whose kernel runs in User mode loses the check that these instructions are there for.',
  ],
  program: { r0: 6, r1: 0, sp: 40, lr: 9, n: 0, word: 50 },
  settings: [BASE, ...OTHERS.map((change) => ({ ...BASE, ...change }))],
  rows: [
    row('ADD', 'adds', ({ E }) => (E.r0 += 3)),
    row('B', 'branches', (m) => (m.P = m.E.lr)),
    row(
      'LDR',
      'loads a word',
      (m) => {
        checkAccess(m.E.r1, m.M === 's');
        m.E.r0 = m.E.word;
      },
      { r1: 0 },
      { r1: 1 },
    ),
    row(
      'STR',
      'stores a word',
      (m) => {
        checkAccess(m.E.r1, m.M === 's');
        m.E.word = m.E.r0;
      },
      { r1: 0 },
      { r1: 1 },
    ),
    row(
      'LDRT',
      "loads with a user program's rights",
      (m) => {
        checkAccess(m.E.r1, false);
        m.E.r0 = m.E.word;
      },
      { r1: 0 },
      { r1: 1 },
    ),
    row(
      'STRT',
      "stores with a user program's rights",
      (m) => {
        checkAccess(m.E.r1, false);
        m.E.word = m.E.r0;
      },
      { r1: 0 },
      { r1: 1 },
    ),
    row('SVC', 'calls the supervisor: traps in both modes', () => trap('supervisor call')),
    row('MRS r,CPSR', 'reads the status register', (m) => (m.E.r0 = cpsrOf(m))),
    row('MSR CPSR_f,r', 'writes the condition flags', ({ E }) => (E.n = E.r0 >= N ? 1 : 0), { r0: N }),
    row(
      'MSR CPSR_c,r',
      'writes mode and interrupt masks',
      (m) => loadControl(m, m.E.r0),
      { r0: 128 + MODE.s },
      { r0: MODE.u },
    ),
    row('CPSID i', 'masks interrupts', (m) => {
      if (m.M === 's') m.R.i = 1;
    }),
    row('CPS #mode', 'changes the mode', (m) => loadControl(m, m.R.i * 128 + m.R.f * 64 + MODE.u)),
    row(
      'MRS r,SPSR',
      'reads the saved status',
      notInUser(({ E, R }) => (E.r0 = R.spsr)),
    ),
    row(
      'MSR SPSR,r',
      'writes the saved status',
      notInUser(({ E, R }) => (R.spsr = E.r0)),
    ),
    row(
      'SUBS pc,lr',
      'returns from an exception',
      notInUser((m) => {
        loadControl(m, m.R.spsr);
        m.P = m.E.lr;
      }),
    ),
    row(
      'RFE',
      'returns from an exception, from storage',
      notInUser((m) => loadControl(m, m.E.word)),
      { word: 64 + MODE.s },
    ),
    row(
      'SRS',
      'stores the return state',
      notInUser(({ E, R }) => (E.word = R.spsr)),
    ),
    row(
      'LDM ^',
      'loads registers of the user bank',
      notInUser(({ E, R }) => (R.spUsr = E.word)),
    ),
    row(
      'STM ^',
      'stores registers of the user bank',
      notInUser(({ E, R }) => (E.word = R.spUsr)),
    ),
    row('WFI', 'waits for an interrupt', () => undefined),
    row(
      'MCR p15',
      'writes a system register',
      coprocessor(({ E, R }) => (R.ttbr = E.r0)),
    ),
    row(
      'MRC p15',
      'reads a system register',
      coprocessor(({ E, R }) => (E.r0 = R.sctlr)),
    ),
  ],
});
