/** Reproducible random words and operands for tests of the instruction table. */
import { fieldRange, type Operands, type Row } from '../../../src/machine/isa';

/** xorshift32 (Marsaglia 2003): unsigned 32-bit numbers, the same for the same seed. */
export function random32(seed: number): () => number {
  let x = Math.imul(seed, 0x9e3779b1) || 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x >>> 0;
  };
}

/** Legal values for all fields of a row: a third of them the extremes. */
export function randomOperands(row: Row, random: () => number): Operands {
  for (;;) {
    const operands: Operands = {};
    for (const field of row.fields) {
      const { least, greatest, step } = fieldRange(field);
      const count = (greatest - least) / step + 1;
      operands[field.name] = [least, greatest][random() % 6] ?? least + step * (random() % count);
    }
    if (row.except.every(({ field, value }) => operands[field] !== value)) return operands;
  }
}
