/** The machine of the paper: one relocation-bounds register, which counts in both modes, and a status word that traps exchange in storage. */
import { machineOf, memoryTrap, row, supervisorOnly, trap, type Draft } from '../model';
import { textOf, type Mode, type Values } from '../state';
import { placed, PROGRAM_WORDS, REAL_WORDS, seenFrom } from '../storage';

/** The real address of a program's word; the paper: at or above the bound, or outside of storage, is a memory trap. */
function real({ R }: Pick<Draft, 'R'>, address: number): number {
  const { l, b } = R;
  if (address < 0 || address >= b || address + l >= REAL_WORDS) memoryTrap('address outside of the bounds');
  return address + l;
}

const load = (draft: Draft, address: number): number => draft.E[real(draft, address)];
function store(draft: Draft, address: number, value: number): void {
  draft.E[real(draft, address)] = value;
}

/** <M, P, R> as one word: mode, then eight bits each for P, l and b. */
const pack = (M: Mode, P: number, { l, b }: Values): number => (M === 's' ? 0 : 2 ** 24) + P * 2 ** 16 + l * 2 ** 8 + b;

function unpack(draft: Draft, word: number): void {
  draft.M = word >= 2 ** 24 ? 'u' : 's';
  draft.P = (word >> 16) & 0xff;
  draft.R.l = (word >> 8) & 0xff;
  draft.R.b = word & 0xff;
}

/** Where a trap goes: a control program at 0, which has all of storage. */
const HANDLER = pack('s', 0, { l: 0, b: REAL_WORDS });

export const paper = machineOf({
  name: '1974',
  title: 'The machine of the paper',
  modes: { s: 'supervisor', u: 'user' },
  resources: 'the relocation-bounds register (l, b)',
  source: 'Popek and Goldberg 1974, "A Model of Third Generation Machines"',
  notes: ['R counts in both modes; input, output and interrupts are not part of the model.'],
  // Words 0 and 1 of real storage belong to the trap sequence.
  place: (program, _mode, { l }) => ({ ...placed(program, l), 0: 0, 1: HANDLER }),
  seen: ({ E, P, R }) => `P=${P} b=${R.b} ${textOf(seenFrom(E, R.l))}`,
  enter(draft) {
    draft.E[0] = pack(draft.M, draft.P, draft.R);
    unpack(draft, draft.E[1]);
  },
  program: { 0: 40, 1: 3, 2: 5, 3: 0 },
  settings: [4, 12].map((l) => ({ l, b: PROGRAM_WORDS })),
  rows: [
    row('ADD', 'adds two words', (m) => store(m, 0, load(m, 0) + load(m, 1))),
    row('MOVE', 'copies a word', (m) => store(m, 3, load(m, load(m, 1))), {}, { 1: 7 }, { 1: 8 }),
    row('TEST', 'skips the next instruction if a word is 0', (m) => (m.P += load(m, 3) === 0 ? 1 : 0), {}, { 3: 1 }),
    row('JUMP', 'goes to an address', (m) => (m.P = load(m, 2))),
    row('LOOK-UP', 'loads from a table by index', (m) => store(m, 0, load(m, 4 + (load(m, 1) % 4))), {}, { 1: 2 }),
    row('CALL', 'asks the control program: traps in both modes', () => trap('call')),
    row(
      'LPSW',
      'loads mode, program counter and R',
      supervisorOnly((m) => unpack(m, load(m, 0))),
      { 0: pack('u', 5, { l: 4, b: PROGRAM_WORDS }) },
    ),
    row(
      'LRB',
      'loads R',
      supervisorOnly((m) => Object.assign(m.R, { l: load(m, 1), b: load(m, 2) })),
    ),
    row(
      'LRA',
      'stores the real address of a word',
      supervisorOnly((m) => store(m, 0, real(m, load(m, 1)))),
    ),
    row(
      'HALT',
      'stops the machine',
      supervisorOnly((m) => (m.P -= 1)),
    ),
  ],
});
