/** Operands in the bits of an instruction: reading one of them, and where a decoded instruction keeps it. */
import type { Field, FieldName, Row } from './row';

export type Slot = 'rd' | 'rs1' | 'rs2' | 'rs3' | 'imm';

/** Where a decoded operand is kept. The fields that are not here are read with `fieldOf` by the few who need them. */
export const SLOTS: Partial<Record<FieldName, Slot>> = {
  rd: 'rd',
  rs1: 'rs1',
  rs2: 'rs2',
  rs3: 'rs3',
  imm: 'imm',
  fd: 'rd',
  fs1: 'rs1',
  fs2: 'rs2',
  fs3: 'rs3',
  zimm: 'rs1',
  csr: 'imm',
};

/** Whether a row touches floating-point state: then mstatus.FS must not be Off. */
export const usesFloat = ({ extension }: Row): boolean => extension === 'F' || extension === 'D';

/** Whether the register that a row writes, if any, is a floating-point one. */
export const writesFloat = ({ fields }: Row): boolean => fields.some(({ name }) => name === 'fd');

/** The number of bits of the value that a field holds, those that are always 0 included. */
export const fieldWidth = (field: Field): number =>
  Math.max(...field.slices.map(({ high, low, at }) => at + high - low + 1));

/** The value of one field in a word of its row: registers as 0..31, immediates sign-extended to 32 bits if signed. */
export function fieldValue(field: Field, word: number): number {
  let value = 0;
  for (const { high, low, at } of field.slices) value |= ((word >>> low) & (2 ** (high - low + 1) - 1)) << at;
  const beyond = 32 - fieldWidth(field);
  if (field.plus8) return value + 8;
  return field.signed ? (value << beyond) >> beyond : value;
}

/** The value of a named field of the encoding (`aq`, `rm`, `pred`, …); undefined if the row has no such field. */
export function fieldOf(row: Row, name: FieldName, word: number): number | undefined {
  const field = row.fields.find((candidate) => candidate.name === name);
  return field && fieldValue(field, word);
}
