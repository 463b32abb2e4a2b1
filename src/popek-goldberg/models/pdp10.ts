/** The PDP-10 (KA10): the paper's own example of a machine that cannot be virtualized, because of one jump. */
import { machineOf, memoryTrap, row, supervisorOnly, trap, unknown, type Draft } from '../model';
import { textOf, type Mode, type Values } from '../state';
import { placed, PROGRAM_WORDS, seenFrom } from '../storage';

/** Relocation counts in user mode only; exec mode uses real addresses. */
const baseOf = (M: Mode, { rel }: Values): number => (M === 'u' ? rel : 0);

function place({ M, R }: Pick<Draft, 'M' | 'R'>, address: number): number {
  if (address < 0 || address >= PROGRAM_WORDS) memoryTrap('address outside of the protected area');
  return baseOf(M, R) + address;
}
const load = (draft: Draft, address: number): number => draft.E[place(draft, address)];
function store(draft: Draft, address: number, value: number): void {
  draft.E[place(draft, address)] = value;
}

/** Flags in the left half of a PC word, which is 36 bits long: bit 0 overflow, bit 5 user. Bit 0 is the leftmost. */
const OVERFLOW = 2 ** 35;
const USER = 2 ** 30;
const has = (word: number, flag: number): boolean => Math.floor(word / flag) % 2 === 1;
const addressIn = (word: number): number => word % 2 ** 18;

const pcWord = ({ E, M, P }: Draft): number => E.ov * OVERFLOW + (M === 'u' ? USER : 0) + P;

/** An indirect address word: the sign bit says that the next one is indirect again. Nothing ends a circle of them. */
const INDIRECT = OVERFLOW;
const LONGEST_CHAIN = 100;
function indirect(draft: Draft, address: number): number {
  for (let step = 0; step < LONGEST_CHAIN; step++) {
    const word = load(draft, address);
    address = addressIn(word);
    if (!has(word, INDIRECT)) return address;
  }
  return unknown('an endless chain of indirect addresses');
}

export const pdp10 = machineOf({
  name: 'pdp10',
  title: 'DEC PDP-10 (KA10)',
  modes: { s: 'exec', u: 'user' },
  resources: 'relocation register, interrupt system',
  source:
    'The PDP-10 instruction set in the Info file of MIT, "Jumps" and "PC Format"; Popek and Goldberg 1974, on theorem 3',
  notes: [
    'The flag User In-out is 0: a monitor does not let its guests at the devices. With it, input and output would not trap in user mode.',
  ],
  place: (program, M, R) => placed(program, baseOf(M, R)),
  seen: ({ E, M, P, R }) => `P=${P} ${textOf(seenFrom(E, baseOf(M, R)))}`,
  program: { ac: 6, ov: 0, 0: 1, 1: 3, 2: 5, 3: 7 },
  settings: [
    { rel: 0, pi: 0 },
    { rel: 0, pi: 1 },
    { rel: 8, pi: 0 },
    { rel: 16, pi: 0 },
  ],
  rows: [
    row('MOVE', 'loads an accumulator', (m) => (m.E.ac = load(m, 3))),
    row(
      'MOVE @',
      'loads through an indirect address',
      (m) => (m.E.ac = load(m, indirect(m, 4))),
      { 4: 3 },
      { 4: INDIRECT + 4 },
    ),
    row('MOVEM', 'stores an accumulator', (m) => store(m, 1, m.E.ac)),
    row(
      'ADD',
      'adds to an accumulator; a carry sets the overflow flag',
      (m) => {
        m.E.ac += load(m, 2);
        if (m.E.ac >= OVERFLOW) Object.assign(m.E, { ac: m.E.ac - OVERFLOW, ov: 1 });
      },
      {},
      { ac: OVERFLOW - 1 },
    ),
    row('JRST', 'jumps', (m) => (m.P = 5)),
    row('JRST 1,', 'jumps, and goes to user mode', (m) => {
      m.P = 5;
      m.M = 'u';
    }),
    row(
      'JRSTF',
      'jumps, and restores the flags from a PC word',
      (m) => {
        const word = load(m, 4);
        m.P = addressIn(word);
        m.E.ov = has(word, OVERFLOW) ? 1 : 0;
        // A user's program can set the user flag and not clear it.
        if (has(word, USER)) m.M = 'u';
      },
      { 4: 5 },
      { 4: OVERFLOW + 5 },
      { 4: USER + 5 },
    ),
    row(
      'JSP',
      'jumps, with the flags and the old PC in an accumulator',
      (m) => {
        m.E.ac = pcWord(m);
        m.P = 5;
      },
      {},
      { ov: 1 },
    ),
    row('PUSHJ', 'calls: the flags and the old PC go on the stack', (m) => {
      store(m, 6, pcWord(m));
      m.P = 5;
    }),
    row('UUO', 'calls the operating system: traps in both modes', () => trap('unimplemented operation')),
    row(
      'JRST 4,',
      'halts',
      supervisorOnly((m) => (m.P = 5)),
    ),
    row(
      'JEN',
      'restores the flags and ends an interrupt',
      supervisorOnly((m) => {
        m.P = 5;
        m.R.pi = 1;
      }),
    ),
    row(
      'CONO PI,',
      'switches interrupts on or off',
      supervisorOnly((m) => (m.R.pi = m.E.ac % 2)),
      {},
      { ac: 1 },
    ),
    row(
      'CONI PI,',
      'reads what interrupts are on',
      supervisorOnly((m) => store(m, 1, m.R.pi)),
    ),
    row(
      'DATAO APR,',
      'loads the relocation register',
      supervisorOnly((m) => (m.R.rel = m.E.ac)),
      { ac: 8 },
    ),
  ],
});
