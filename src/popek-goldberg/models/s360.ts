/** System/360 with the control registers of System/370, the machine of VM/370: all that is sensitive traps in the problem state. */
import { machineOf, memoryTrap, row, supervisorOnly, trap, type Draft } from '../model';

/** The PSW's key must be 0 or that of the block, to store into it. */
function store(draft: Draft, value: number): void {
  const { key, blockKey } = draft.R;
  if (key !== 0 && key !== blockKey) memoryTrap('protection');
  draft.E.word = value;
}

/** Bits of a PSW as our programs hold it: system mask, key, problem state. */
const psw = (mask: number, key: number, problem: number): number => mask * 2 ** 8 + key * 2 ** 4 + problem;

const system = (name: string, does: string, execute: (draft: Draft) => void, ...programs: Record<string, number>[]) =>
  row(name, does, supervisorOnly(execute), ...programs);

export const s360 = machineOf({
  name: 's360',
  title: 'IBM System/360 and System/370',
  modes: { s: 'supervisor state', u: 'problem state' },
  resources: 'system mask, PSW key, storage keys, segment table, channel',
  source:
    'IBM GA22-7000-4, System/370 Principles of Operation, "System-Control Instructions"; IBM SY20-0886-1, VM/370 System Logic, module DMKPRV',
  notes: [
    'STCK, which reads the time of day in both states, is left out: equivalence makes an exception for time, and this is why it must.',
  ],
  program: { r1: 6, r2: 3, cc: 0, pm: 0, word: 40 },
  settings: [
    { mask: 0, key: 0, blockKey: 0, table: 16, channel: 0, processor: 1 },
    { mask: 255, key: 0, blockKey: 0, table: 16, channel: 0, processor: 1 },
    { mask: 0, key: 3, blockKey: 3, table: 16, channel: 0, processor: 1 },
    { mask: 0, key: 0, blockKey: 3, table: 16, channel: 0, processor: 1 },
    { mask: 0, key: 3, blockKey: 0, table: 16, channel: 0, processor: 1 },
    { mask: 0, key: 0, blockKey: 0, table: 32, channel: 0, processor: 1 },
    { mask: 0, key: 0, blockKey: 0, table: 16, channel: 1, processor: 1 },
    { mask: 0, key: 0, blockKey: 0, table: 16, channel: 0, processor: 2 },
  ],
  rows: [
    row('AR', 'adds registers, sets the condition code', ({ E }) =>
      Object.assign(E, { r1: E.r1 + E.r2, cc: E.r1 + E.r2 === 0 ? 0 : 2 }),
    ),
    row('L', 'loads a word', ({ E }) => (E.r1 = E.word)),
    row('ST', 'stores a word', (m) => store(m, m.E.r1)),
    row('TS', 'tests and sets a byte', (m) => {
      m.E.cc = m.E.word >= 128 ? 1 : 0;
      store(m, 255);
    }),
    row('BALR', 'branches; condition code, program mask and old address go to a register', (m) => {
      m.E.r1 = m.E.cc * 2 ** 28 + m.E.pm * 2 ** 24 + m.P;
      m.P = m.E.r2;
    }),
    row('SPM', 'sets condition code and program mask', ({ E }) => Object.assign(E, { pm: E.r1 % 16, cc: E.r2 % 4 })),
    row('SVC', 'calls the supervisor: traps in both states', () => trap('supervisor call')),
    system(
      'LPSW',
      'loads the program status word',
      (m) => {
        const { word } = m.E;
        Object.assign(m.R, { mask: word >> 8, key: (word >> 4) & 15 });
        m.M = word & 1 ? 'u' : 's';
      },
      { word: psw(0, 0, 0) },
      { word: psw(255, 3, 1) },
    ),
    system('SSM', 'sets the system mask: which interruptions may come', ({ E, R }) => (R.mask = E.word % 256)),
    system('STNSM', 'stores the system mask and clears bits of it', ({ E, R }) => {
      E.word = R.mask;
      R.mask &= 15;
    }),
    system('STOSM', 'stores the system mask and sets bits of it', ({ E, R }) => {
      E.word = R.mask;
      R.mask |= 3;
    }),
    system('SSK', 'sets the key of a block of storage', ({ E, R }) => (R.blockKey = E.r1 % 16)),
    system('ISK', 'reads the key of a block of storage', ({ E, R }) => (E.r1 = R.blockKey)),
    system('LCTL', 'loads control registers: the segment table', ({ E, R }) => (R.table = E.word)),
    system('STCTL', 'stores control registers', ({ E, R }) => (E.word = R.table)),
    system('LRA', 'translates an address with the segment table', ({ E, R }) => (E.r1 = R.table * 256 + E.r2)),
    system('PTLB', 'purges the translation-lookaside buffer', () => undefined),
    system('SIO', 'starts input or output', ({ E, R }) => {
      E.cc = R.channel === 0 ? 0 : 2;
      R.channel = 1;
    }),
    system('TIO', 'asks a channel how it stands', ({ E, R }) => (E.cc = R.channel === 0 ? 0 : 2)),
    system('HIO', 'halts input or output', ({ R }) => (R.channel = 0)),
    system('STIDP', "stores the processor's identity", ({ E, R }) => (E.word = R.processor)),
    system(
      'DIAGNOSE',
      'does what the model of the processor says; under VM/370, calls the control program',
      ({ R }) => (R.channel = 2),
    ),
  ],
});
