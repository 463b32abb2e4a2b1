/** From bits to a row and its operands. Works for any table of rows; `decode` is the one for ours. */
import type { Field, FieldName, Instruction, Row } from './row';
import { ROWS } from './table';

/** What words may be asked of a decoder: any number; its low 32 bits count, or its low 16 if they do not end in 11. */
export type Decoder = (word: number) => Instruction | undefined;

type Slot = 'rd' | 'rs1' | 'rs2' | 'rs3' | 'imm';

/** Where a decoded operand is kept. The fields that are not here are read with `fieldOf` by the few who need them. */
export const SLOTS: Partial<Record<FieldName, Slot>> = {
  ...{ rd: 'rd', rs1: 'rs1', rs2: 'rs2', rs3: 'rs3', imm: 'imm' },
  ...{ fd: 'rd', fs1: 'rs1', fs2: 'rs2', fs3: 'rs3', zimm: 'rs1', csr: 'imm' },
};

/** The value of one field in a word of its row: registers as 0..31, immediates sign-extended to 32 bits if signed. */
export function fieldValue(field: Field, word: number): number {
  let value = 0;
  let width = 0;
  for (const { high, low, at } of field.slices) {
    value |= ((word >>> low) & (2 ** (high - low + 1) - 1)) << at;
    width = Math.max(width, at + high - low + 1);
  }
  if (field.plus8) return value + 8;
  return field.signed ? (value << (32 - width)) >> (32 - width) : value;
}

/** The value of a named field of the encoding (`aq`, `rm`, `pred`, …); undefined if the row has no such field. */
export function fieldOf(row: Row, name: FieldName, word: number): number | undefined {
  const field = row.fields.find((candidate) => candidate.name === name);
  return field && fieldValue(field, word);
}

/** Whether a word (of the row's length) is this row: the fixed bits agree and no operand has an excluded value. */
export const matches = (row: Row, word: number): boolean =>
  ((word ^ row.match) & row.mask) === 0 && row.except.every((not) => ((word ^ not.match) & not.mask) !== 0);

/** Rows by the bits that part them best: opcode and funct3, or an RVC quadrant and its funct3. */
const FULL_KEY = { mask: 0x707f, of: (word: number) => ((word >>> 5) & 0x380) | (word & 0x7f), size: 1024 };
const SHORT_KEY = { mask: 0xe003, of: (word: number) => ((word >>> 11) & 0x1c) | (word & 3), size: 32 };

function bucketsOf(rows: readonly Row[], key: typeof FULL_KEY): readonly (readonly Row[])[] {
  const buckets: Row[][] = Array.from({ length: key.size }, () => []);
  // Where one row is a special case of another (pause is a fence), the one with more fixed bits is meant.
  const specialFirst = [...rows].sort((a, b) => fixedBits(b) - fixedBits(a));
  for (const row of specialFirst) {
    const free = key.mask & ~row.mask;
    // Every way to fill the key's bits that the row leaves open: the subsets of `free`.
    for (let bits = free; ; bits = (bits - 1) & free) {
      buckets[key.of((row.match & key.mask) | bits)].push(row);
      if (bits === 0) break;
    }
  }
  return buckets;
}

const fixedBits = (row: Row): number => row.mask.toString(2).replaceAll('0', '').length;

/** A decoder for a table that contains, for each compressed row, the row that it expands to. */
export function decoderFor(rows: readonly Row[]): Decoder {
  const full = bucketsOf(
    rows.filter((row) => row.length === 4),
    FULL_KEY,
  );
  const short = bucketsOf(
    rows.filter((row) => row.length === 2),
    SHORT_KEY,
  );
  const byName = new Map(rows.map((row) => [row.name, row]));
  return (anyWord) => {
    const is32 = (anyWord & 3) === 3;
    const word = is32 ? anyWord >>> 0 : anyWord & 0xffff;
    const row = (is32 ? full[FULL_KEY.of(word)] : short[SHORT_KEY.of(word)]).find((each) => matches(each, word));
    return row && instructionOf(row, row.expands ? byName.get(row.expands.name)! : row, word);
  };
}

function instructionOf(encodedAs: Row, row: Row, word: number): Instruction {
  const slots: Record<Slot, number> = { ...fixedOperands(encodedAs), rs3: 0, imm: 0 };
  for (const field of encodedAs.fields) {
    const slot = SLOTS[field.name];
    if (slot === undefined) continue;
    slots[slot] = fieldValue(field, word);
    const second = field.also && SLOTS[field.also];
    if (second) slots[second] = slots[slot];
  }
  return { row, encodedAs, length: encodedAs.length, word, ...slots };
}

function fixedOperands({ expands }: Row): { rd: number; rs1: number; rs2: number } {
  return { rd: expands?.rd ?? 0, rs1: expands?.rs1 ?? 0, rs2: expands?.rs2 ?? 0 };
}

const decodeUncached = decoderFor(ROWS);

// Guests execute few distinct words many times. The cache is direct-mapped, and an illegal word is never in it.
const CACHE_SIZE = 4096;
const cache: (Instruction | undefined)[] = new Array<Instruction | undefined>(CACHE_SIZE).fill(undefined);

/** Decodes a 32-bit word, or a 16-bit one if its lowest two bits are not 11; undefined means illegal instruction. Never throws. */
export const decode: Decoder = (anyWord) => {
  const word = (anyWord & 3) === 3 ? anyWord >>> 0 : anyWord & 0xffff;
  const place = (word ^ (word >>> 9) ^ (word >>> 20)) & (CACHE_SIZE - 1);
  const known = cache[place];
  if (known?.word === word) return known;
  const instruction = decodeUncached(word);
  if (instruction) cache[place] = instruction;
  return instruction;
};
