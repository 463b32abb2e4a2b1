/** Conversions between floating-point numbers and integers (IEEE 754-2019, 5.8; Unprivileged, "F", "Domains of float-to-integer conversions"). */
import { signedOf } from '../bits';
import type { IntegerType } from '../isa/row';
import { Flag, type Result, type Rounding } from './format';
import { roundAt } from './round';
import { finite, type Value } from './value';

interface Range {
  readonly least: bigint;
  readonly greatest: bigint;
  readonly width: 32 | 64;
}

const RANGES: Readonly<Record<IntegerType, Range>> = {
  w: { least: -(2n ** 31n), greatest: 2n ** 31n - 1n, width: 32 },
  wu: { least: 0n, greatest: 2n ** 32n - 1n, width: 32 },
  l: { least: -(2n ** 63n), greatest: 2n ** 63n - 1n, width: 64 },
  lu: { least: 0n, greatest: 2n ** 64n - 1n, width: 64 },
};

/** The integer, in two's complement and sign-extended from the type's width, even an unsigned one. Out of range: the nearest, and invalid. */
export function toInteger(value: Value, type: IntegerType, mode: Rounding): Result {
  const range = RANGES[type];
  const result = (integer: bigint, flags: number): Result => ({ bits: signedOf(integer, range.width), flags });
  if (value.kind === 'nan') return result(range.greatest, Flag.NV);
  if (value.kind === 'infinite') return result(value.negative ? range.least : range.greatest, Flag.NV);
  const { kept, exact } = roundAt(value, -value.exponent, mode);
  const integer = value.negative ? -kept : kept;
  if (integer < range.least) return result(range.least, Flag.NV);
  if (integer > range.greatest) return result(range.greatest, Flag.NV);
  return result(integer, exact ? 0 : Flag.NX);
}

/** The exact value of the integer in a register. */
export function fromInteger(register: bigint, type: IntegerType): Value {
  const { least, width } = RANGES[type];
  const integer = least < 0n ? signedOf(register, width) : BigInt.asUintN(width, register);
  return finite(integer < 0n, integer < 0n ? -integer : integer, 0);
}
