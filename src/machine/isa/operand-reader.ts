/** Reads all operands of a word at once: what `fieldValue` does field by field, worked out in advance as decoding must be fast. */
import { fieldWidth, SLOTS, type Slot } from './fields';
import type { Field, Instruction, Row } from './row';

/** A register's number is ((word >>> low) & mask) + plus; for one that the encoding implies, or that is not there, mask is 0. */
interface RegisterBits {
  readonly low: number;
  readonly mask: number;
  readonly plus: number;
}

interface ImmediateBits {
  readonly slices: readonly { readonly low: number; readonly mask: number; readonly at: number }[];
  /** Shifting left and, with sign, right by this many bits extends the sign; 0 for what is unsigned. */
  readonly extend: number;
}

/** Makes the function that reads an instruction from a word of the row `encodedAs`; `row` is the full row that it stands for. */
export function operandReader(encodedAs: Row, row: Row): (word: number) => Instruction {
  const rd = registerBits(encodedAs, 'rd', encodedAs.expands?.rd);
  const rs1 = registerBits(encodedAs, 'rs1', encodedAs.expands?.rs1);
  const rs2 = registerBits(encodedAs, 'rs2', encodedAs.expands?.rs2);
  const rs3 = registerBits(encodedAs, 'rs3');
  const imm = immediateBits(fieldIn(encodedAs, 'imm'));
  const { length } = encodedAs;
  return (word) => ({
    row,
    encodedAs,
    length,
    word,
    rd: register(rd, word),
    rs1: register(rs1, word),
    rs2: register(rs2, word),
    rs3: register(rs3, word),
    imm: immediate(imm, word),
  });
}

const fieldIn = (row: Row, slot: Slot): Field | undefined =>
  row.fields.find(({ name, also }) => SLOTS[name] === slot || (also && SLOTS[also] === slot));

function registerBits(row: Row, slot: Slot, implied = 0): RegisterBits {
  const field = fieldIn(row, slot);
  if (!field) return { low: 0, mask: 0, plus: implied };
  const [{ high, low }] = field.slices;
  return { low, mask: 2 ** (high - low + 1) - 1, plus: field.plus8 ? 8 : 0 };
}

function immediateBits(field: Field | undefined): ImmediateBits {
  if (!field) return { slices: [], extend: 0 };
  const slices = field.slices.map(({ high, low, at }) => ({ low, mask: 2 ** (high - low + 1) - 1, at }));
  return { slices, extend: field.signed ? 32 - fieldWidth(field) : 0 };
}

const register = ({ low, mask, plus }: RegisterBits, word: number): number => ((word >>> low) & mask) + plus;

function immediate({ slices, extend }: ImmediateBits, word: number): number {
  let value = 0;
  for (const { low, mask, at } of slices) value |= ((word >>> low) & mask) << at;
  return (value << extend) >> extend;
}
