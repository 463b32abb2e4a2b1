/** From bits to a row and its operands. Works for any table of rows; `decode` is the decoder for ours. */
import { FULL_ISA, type Isa } from './extensions';
import { operandReader } from './operand-reader';
import type { Instruction, Row } from './row';
import { rowByName, ROWS } from './table';

/** What words may be asked of a decoder: any number; its low 32 bits count, or its low 16 if they do not end in 11. */
export type Decoder = (word: number) => Instruction | undefined;

/** The bits that part the rows best, and the index that they make: opcode and funct3, or an RVC quadrant and its funct3. */
interface Key {
  readonly mask: number;
  readonly size: number;
  readonly of: (word: number) => number;
}
const FULL_KEY: Key = { mask: 0x707f, size: 1024, of: (word) => ((word >>> 5) & 0x380) | (word & 0x7f) };
const SHORT_KEY: Key = { mask: 0xe003, size: 32, of: (word) => ((word >>> 11) & 0x1c) | (word & 3) };

interface Candidate {
  readonly row: Row;
  readonly read: (word: number) => Instruction;
}
type Index = readonly (readonly Candidate[])[];

/** A decoder for a table that contains, for each compressed row, the row that it expands to. */
export function decoderFor(rows: readonly Row[]): Decoder {
  const byName = new Map(rows.map((row) => [row.name, row]));
  const candidates = rows.map((row): Candidate => {
    const meaning = row.expands ? byName.get(row.expands.name)! : row;
    return { row, read: operandReader(row, meaning) };
  });
  // Where one row is a special case of another (pause is a fence), the one with more fixed bits is meant.
  const fixed = new Map(candidates.map(({ row }) => [row, fixedBits(row)]));
  candidates.sort((a, b) => fixed.get(b.row)! - fixed.get(a.row)!);
  const full = indexOf(FULL_KEY, candidates, 4);
  const short = indexOf(SHORT_KEY, candidates, 2);
  return (anyWord) => {
    const word = significant(anyWord);
    const bucket = (word & 3) === 3 ? full[FULL_KEY.of(word)] : short[SHORT_KEY.of(word)];
    for (const { row, read } of bucket) if (matches(row, word)) return read(word);
    return undefined;
  };
}

/** The bits of the first instruction in a 32-bit word. */
const significant = (word: number): number => ((word & 3) === 3 ? word >>> 0 : word & 0xffff);

const fixedBits = (row: Row): number => row.mask.toString(2).replaceAll('0', '').length;

function indexOf(key: Key, candidates: readonly Candidate[], length: 2 | 4): Index {
  const buckets: Candidate[][] = Array.from({ length: key.size }, () => []);
  for (const candidate of candidates.filter(({ row }) => row.length === length)) {
    const open = key.mask & ~candidate.row.mask;
    // Every way to fill the bits of the key that the row leaves open: the subsets of `open`.
    for (let bits = open; ; bits = (bits - 1) & open) {
      buckets[key.of((candidate.row.match & key.mask) | bits)].push(candidate);
      if (bits === 0) break;
    }
  }
  return buckets;
}

/** The fixed bits agree, and no operand has an excluded value. */
function matches(row: Row, word: number): boolean {
  if (((word ^ row.match) & row.mask) !== 0) return false;
  for (const not of row.except) if (((word ^ not.match) & not.mask) === 0) return false;
  return true;
}

/** Whether a machine with this architecture has the instruction; a compressed one needs its own extension and that of its full row. */
export const isInIsa = (row: Row, isa: Isa): boolean =>
  isa.has(row.extension) &&
  (!row.andAlso || isa.has(row.andAlso)) &&
  (!row.expands || isa.has(rowByName(row.expands.name).extension));

const decoders = new Map<string, Decoder>();

/** The decoder of machines with this architecture; all others' instructions are illegal to it. */
export function decoderOf(isa: Isa): Decoder {
  const known = decoders.get(isa.name);
  if (known) return known;
  const decoder = decoderFor(ROWS.filter((row) => isInIsa(row, isa)));
  decoders.set(isa.name, decoder);
  return decoder;
}

/** Decodes a 32-bit word, or a 16-bit one if its lowest two bits are not 11; undefined: no machine of ours has it. Never throws. */
export const decode: Decoder = decoderOf(FULL_ISA);
