/** The cache of records gives each word of code its own, however often and in whatever company it is asked for. */
import { RecordCache } from '../../../src/machine/engine/record-cache';
import { isOfRow, lengthOf } from '../../../src/machine/engine/interpreter/numbers';
import { decode, FULL_ISA, usesFloat } from '../../../src/machine/isa';

/** More words than the cache has room for, each asked for twice, in different company: multiples of an odd number reach all bit patterns alike. */
const SPREAD = 0x9e37_79b1;
const WORDS = Array.from({ length: 30_000 }, (_, i) => [
  Math.imul(i + 1, SPREAD) | 3,
  (Math.imul(i + 1, SPREAD) & 0xffff) | 2,
  Math.imul(Math.floor(i / 2) + 1, SPREAD) | 3,
]).flat();

/** Fields as layout.ts describes them: registers times 8, where x0 as a destination has a register of its own behind the others. */
function recordByTable(word: number): string | undefined {
  const instruction = decode(word);
  if (!instruction) return 'none';
  const { row, length, rd, rs1, rs2, imm } = instruction;
  if (usesFloat(row) || row.does.kind === 'csr') return undefined; // theirs hold other things too
  return [(rd || 32) * 8, rs1 * 8, rs2 * 8, imm, length].join(' ');
}

function recordByCache(cache: RecordCache, word: number): string {
  const at = cache.find(word >>> 0);
  if (at < 0) return 'none';
  const [first, second, imm] = cache.fields.subarray(at, at + 3);
  const handler = first & 0xffff;
  const length = isOfRow(handler) ? lengthOf(handler) : decode(word)!.length;
  return [first >>> 16, second & 0xffff, second >>> 16, imm, length].join(' ');
}

it('the fields of a record are the operands that the instruction has by the table, also where words share a place', () => {
  const cache = new RecordCache(FULL_ISA);
  const compared = WORDS.map((word) => [recordByTable(word), recordByCache(cache, word), word] as const);
  expect(compared.filter(([expected, found]) => expected !== undefined && found !== expected)).toEqual([]);
  expect(compared.filter(([expected]) => expected !== undefined && expected !== 'none').length).toBeGreaterThan(10_000);
});
