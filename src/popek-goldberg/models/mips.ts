/** MIPS: coprocessor 0 traps in user mode, but an ordinary load has a second face, the unmapped segments of the kernel. */
import { machineOf, memoryTrap, row, trap, type Draft } from '../model';
import { textOf } from '../state';
import { placed, PROGRAM_WORDS, REAL_WORDS, seenFrom } from '../storage';

/** KSEG0: physical storage at a fixed place, past the TLB, for the kernel only. */
const KSEG0 = 0x8000_0000;

/** KUSEG goes through the TLB, which maps the program to `frame`. */
function physical({ M, R }: Draft, address: number): number {
  if (address >= KSEG0) {
    if (M === 'u') memoryTrap('address error');
    if (address - KSEG0 >= REAL_WORDS) memoryTrap('bus error');
    return address - KSEG0;
  }
  if (address >= PROGRAM_WORDS) memoryTrap('TLB refill');
  return R.frame + address;
}

/** Coprocessor 0 is usable in kernel mode, and in user mode if Status.CU0 is set. */
const coprocessor0 =
  (execute: (draft: Draft) => void) =>
  (m: Draft): void => {
    if (m.M === 'u') trap('coprocessor unusable');
    execute(m);
  };

const ADDRESSES = [{ a0: 1 }, { a0: KSEG0 + 5 }];
const BASE = { frame: 4, ie: 0, exl: 0, epc: 9, entryHi: 0 };

export const mips = machineOf({
  name: 'mips',
  title: 'MIPS R4000',
  modes: { s: 'kernel', u: 'user' },
  resources: 'the TLB, Status, EPC, EntryHi',
  source: "MIPS R4000 User's Manual, chapters 4 and 5; Linux, arch/mips/kvm/00README.txt",
  notes: [
    'Status.CU0 is 0: a monitor does not give its guests coprocessor 0.',
    'LW and SW are sensitive only through KSEG0, where user mode raises an address error each time: a monitor gets to know of every such access, and pays for every one.',
    'k0 and k1 are ordinary registers that exception handlers overwrite; which the monitor uses is a matter of its own entry code, not of an instruction.',
  ],
  place: (program, _mode, { frame }) => placed(program, frame),
  seen: ({ E, P, R }) => `P=${P} ${textOf(seenFrom(E, R.frame))}`,
  program: { a0: 1, v0: 6, ra: 9, 0: 1, 1: 3, 2: 5 },
  settings: [BASE, { ...BASE, frame: 12 }, { ...BASE, ie: 1 }, { ...BASE, exl: 1 }, { ...BASE, entryHi: 8 }],
  rows: [
    row('ADDU', 'adds', ({ E }) => (E.v0 += 3)),
    row('JR', 'jumps', (m) => (m.P = m.E.ra)),
    row('LW', 'loads a word', (m) => (m.E.v0 = m.E[physical(m, m.E.a0)]), ...ADDRESSES),
    row('SW', 'stores a word', (m) => (m.E[physical(m, m.E.a0)] = m.E.v0), ...ADDRESSES),
    row('SYSCALL', 'calls the kernel: traps in both modes', () => trap('syscall')),
    row(
      'MFC0',
      'reads Status',
      coprocessor0(({ E, R }) => (E.v0 = R.ie + 2 * R.exl)),
    ),
    row(
      'MTC0',
      'writes Status',
      coprocessor0(({ E, R }) => (R.ie = E.v0 % 2)),
      { v0: 1 },
      { v0: 0 },
    ),
    row(
      'TLBWI',
      'writes an entry of the TLB',
      coprocessor0(({ E, R }) => (R.frame = E.v0)),
      { v0: 8 },
    ),
    row(
      'TLBR',
      'reads an entry of the TLB',
      coprocessor0(({ E, R }) => (E.v0 = R.frame)),
    ),
    row(
      'TLBP',
      'looks for an entry of the TLB',
      coprocessor0(({ E, R }) => (E.v0 = R.entryHi)),
    ),
    row(
      'ERET',
      'returns from an exception',
      coprocessor0((m) => {
        m.P = m.R.epc;
        m.R.exl = 0;
        m.M = 'u';
      }),
    ),
    row(
      'CACHE',
      'changes a line of the cache',
      coprocessor0(() => undefined),
    ),
    row(
      'WAIT',
      'waits for an interrupt',
      coprocessor0(() => undefined),
    ),
  ],
});
