/** What bit patterns stand for: exact numbers, infinities and NaNs (IEEE 754-2019, 3.3). */
import { Flag, type Format } from './format';

/** (-1)^negative x significand x 2^exponent. A significand of 0 is a zero, which has a sign too. */
export interface Finite {
  readonly kind: 'finite';
  readonly negative: boolean;
  /** Not negative; of any length. */
  readonly significand: bigint;
  readonly exponent: number;
}

/** `flags`: the exceptions of the operation that made it, or that taking it as an operand raises. */
export interface Infinite {
  readonly kind: 'infinite';
  readonly negative: boolean;
  readonly flags: number;
}
export interface NotANumber {
  readonly kind: 'nan';
  readonly flags: number;
}

export type Value = Finite | Infinite | NotANumber;

export const finite = (negative: boolean, significand: bigint, exponent: number): Finite => ({
  kind: 'finite',
  negative,
  significand,
  exponent,
});
export const infinite = (negative: boolean, flags = 0): Infinite => ({ kind: 'infinite', negative, flags });

/** The NaN of an invalid operation. */
export const INVALID: NotANumber = { kind: 'nan', flags: Flag.NV };

/** The NaN that operands hand on, one of which is a NaN; signaling ones are invalid (IEEE 754-2019, 6.2). */
export const propagated = (...operands: readonly Value[]): NotANumber => ({
  kind: 'nan',
  flags: operands.reduce((all, operand) => all | (operand.kind === 'nan' ? operand.flags : 0), 0),
});

export const isZero = (value: Value): boolean => value.kind === 'finite' && value.significand === 0n;

/** The value with its sign inverted if `when`; a NaN stays what it is. */
export const negatedIf = (when: boolean, value: Value): Value =>
  when && value.kind !== 'nan' ? { ...value, negative: !value.negative } : value;

/** The value of a bit pattern. */
export function unpack(format: Format, bits: bigint): Value {
  const negative = (bits & format.sign) !== 0n;
  const magnitude = bits & ~format.sign;
  if (magnitude > format.infinity) return { kind: 'nan', flags: magnitude & format.quiet ? 0 : Flag.NV };
  if (magnitude === format.infinity) return infinite(negative);
  const stored = format.precision - 1;
  const leading = 1n << BigInt(stored);
  if (magnitude < leading) return finite(negative, magnitude, format.lowest); // subnormal, or zero
  const exponent = Number(magnitude >> BigInt(stored)) - 1 + format.lowest;
  return finite(negative, (magnitude & (leading - 1n)) | leading, exponent);
}

/** Bits that a positive number needs; 0 for 0. */
export const bitLength = (value: bigint): number => {
  if (value === 0n) return 0;
  const digits = value.toString(16);
  return 4 * digits.length - Math.clz32(Number.parseInt(digits[0], 16)) + 28;
};
