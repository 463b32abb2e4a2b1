/** From a row and its operands to bits: the inverse of decode.ts. */
import { fieldWidth } from './fields';
import type { Field, FieldName, Row } from './row';

/** Values of fields, as `fieldValue` would read them back; a field that is not given is 0 (x8 for a short register). */
export type Operands = Partial<Record<FieldName, number>>;

/** An operand that its field cannot hold; the message is half a sentence for whoever wrote the operand. */
export class OperandError extends Error {}

/** The instruction's bits as an unsigned number of 16 or 32 bits. Throws OperandError for a value that does not fit or is reserved. */
export function encode(row: Row, operands: Operands): number {
  let word = row.match;
  for (const field of row.fields) word = (word | placed(field, operands[field.name] ?? (field.plus8 ? 8 : 0))) >>> 0;
  const reserved = row.except.find((not) => ((word ^ not.match) & not.mask) === 0);
  if (reserved) throw new OperandError(`${row.name} cannot have ${wordFor(reserved.field, reserved.value)}`);
  return word;
}

/** The least and greatest value that a field can hold, and the power of two that it must be a multiple of. */
export function fieldRange(field: Field): { least: number; greatest: number; step: number } {
  if (field.plus8) return { least: 8, greatest: 15, step: 1 };
  const step = 2 ** Math.min(...field.slices.map(({ at }) => at));
  const span = 2 ** fieldWidth(field);
  return field.signed
    ? { least: -span / 2, greatest: span / 2 - step, step }
    : { least: 0, greatest: span - step, step };
}

function placed(field: Field, value: number): number {
  const { least, greatest, step } = fieldRange(field);
  if (value < least || value > greatest || value % step !== 0) {
    const multiple = step === 1 ? '' : `, multiples of ${step}`;
    throw new OperandError(`${wordFor(field.name, value)} is not possible here (${least} to ${greatest}${multiple})`);
  }
  const bits = field.plus8 ? value - 8 : value;
  return field.slices.reduce(
    (word, { high, low, at }) => word | (((bits >>> at) & (2 ** (high - low + 1) - 1)) << low),
    0,
  );
}

function wordFor(name: FieldName, value: number): string {
  if (name === 'imm') return `an immediate of ${value}`;
  return /^[rf][ds]/.test(name) ? `register ${name.startsWith('f') ? 'f' : 'x'}${value}` : `${name} = ${value}`;
}
