/**
 * Guests that try every CSR and every compressed instruction (reliability.md D.G 11 and 12). Expected: what bare metal does, and of that
 * Privileged 1.12, "CSR Address Mapping Conventions".
 *
 * Where an instruction costs most, only every fifth is tried; WORLDSWITCH_FUZZ=1 tries all of them everywhere.
 */
import { CSR_NUMBERS } from '#machine';
import { bootReference } from '#reference';
import type { TechniqueName } from '#vmm';
import { ISA, techniques } from './guest-support';
import { EBREAK, LOOPED, NOWHERE, recordsOf, sweepImage, type Sweep, type Tried } from './sweeps';

jest.setTimeout(60_000);

const MEMORY = 4 * 2 ** 20;

/** Runs the sweep to its end; what it recorded. */
function records(sweep: Sweep, technique: TechniqueName): Tried[] {
  const host = bootReference({
    vms: [{ name: 'sweep', image: sweepImage(sweep), memoryBytes: MEMORY }],
    technique,
    isa: ISA,
    engine: 'interpret',
  });
  expect(host.run(10_000_000)).toBe('all-stopped');
  const [{ memory, stop }] = host.vms;
  expect(stop).toMatchObject({ why: 'shutdown' });
  const found = recordsOf(memory, sweep.words.length);
  host.release();
  return found;
}

/** One in so many instructions is tried. 5 has no factor in common with what repeats in the lists: every number is touched in some way. */
const oneIn = (technique: TechniqueName): number =>
  process.env.WORLDSWITCH_FUZZ || (technique !== 'binary-translation' && technique !== 'emulation') ? 1 : 5;

const recorded = new Map<Sweep, Tried[]>();
/** The same on the bare machine, once for all techniques. */
function onBareMetal(sweep: Sweep): Tried[] {
  const found = recorded.get(sweep) ?? records(sweep, 'bare');
  recorded.set(sweep, found);
  return found;
}

/** The first word of which another record was made than on bare metal. */
function firstDifference(sweep: Sweep, technique: TechniqueName): unknown {
  const [expected, found] = [onBareMetal(sweep), records(sweep, technique)];
  const at = found.findIndex(({ cause, hash }, i) => cause !== expected[i].cause || hash !== expected[i].hash);
  return at < 0 ? undefined : { word: sweep.words[at].toString(16), expected: expected[at], found: found[at] };
}

const partOf = (sweep: Sweep, share: number): Sweep => ({
  ...sweep,
  words: sweep.words.filter((_, i) => i % share === 0),
});
/** By sweep: the same objects for all techniques. */
const lists = (sweep: Sweep): Readonly<Record<number, Sweep>> => ({ 1: sweep, 5: partOf(sweep, 5) });

const countOf = (tried: readonly Tried[], cause: number): number => tried.filter((each) => each.cause === cause).length;

// stvec, and what is left in satp, would take the probing kernel away from itself; they have tests of their own.
const SKIPPED = new Set([CSR_NUMBERS.stvec, CSR_NUMBERS.satp]);
const NUMBERS = Array.from({ length: 4096 }, (_, n) => n).filter((n) => !SKIPPED.has(n));
const [T0, T1] = [5, 6];
const csrWord = (n: number, funct3: number, source: number): number =>
  ((n << 20) | (source << 15) | (funct3 << 12) | (T1 << 7) | 0x73) >>> 0;

/** funct3 of csrrw, csrrs, csrrc, csrrwi, csrrsi, csrrci; the immediate is 1. */
const everyCsr: Sweep = {
  words: [1, 2, 3, 5, 6, 7].flatMap((funct3) => NUMBERS.map((n) => csrWord(n, funct3, funct3 > 4 ? 1 : T0))),
  bits: 32,
  mode: 'S',
  registers: 2,
  changes: 'CSRs',
};
const userReads: Sweep = { ...everyCsr, words: NUMBERS.map((n) => csrWord(n, 2, 0)), mode: 'U' };
const COMPRESSED = Array.from({ length: 0x10000 }, (_, i) => i).filter((word) => (word & 3) !== 3);
const everyCompressed = { S: sweep16('S'), U: sweep16('U') };

function sweep16(mode: 'S' | 'U'): Sweep {
  return { words: COMPRESSED, bits: 16, mode, registers: NOWHERE, changes: 'registers' };
}

const EVERY_CSR = lists(everyCsr);
const USER_READS = lists(userReads);
const EVERY_COMPRESSED = { S: lists(everyCompressed.S), U: lists(everyCompressed.U) };

describe.each(techniques)('under %s', (technique) => {
  describe('11: every CSR number, every way to touch it', () => {
    test('from the kernel: an illegal instruction or nothing, and what was read is what bare metal reads', () => {
      expect(firstDifference(EVERY_CSR[oneIn(technique)], technique)).toBeUndefined();
    });

    test('from user mode: illegal', () => {
      expect(firstDifference(USER_READS[oneIn(technique)], technique)).toBeUndefined();
    });
  });

  describe('12: every compressed instruction', () => {
    test.each(['S', 'U'] as const)('in %s-mode does what it does on bare metal', (mode) => {
      expect(firstDifference(EVERY_COMPRESSED[mode][oneIn(technique)], technique)).toBeUndefined();
    });
  });
});

describe('on bare metal, which they are compared with', () => {
  test('all numbers but 9, the CSRs of a supervisor without H, F and Sstc less the two skipped, are illegal for it to write', () => {
    const tried = onBareMetal(everyCsr);
    expect([countOf(tried, EBREAK), countOf(tried, 2)]).toEqual([6 * 9, 6 * (NUMBERS.length - 9)]);
  });

  test('a user reads none (scounteren is 0)', () => {
    expect(countOf(onBareMetal(userReads), 2)).toBe(NUMBERS.length);
  });

  test('compressed instructions end in all the ways they can', () => {
    for (const mode of ['S', 'U'] as const) {
      const tried = onBareMetal(everyCompressed[mode]);
      expect(countOf(tried, EBREAK)).toBeGreaterThan(30_000);
      expect([...new Set(tried.map(({ cause }) => cause))].sort((a, b) => a - b)).toEqual([2, EBREAK, LOOPED]);
    }
  });
});
