/** Sums, products, quotients and square roots, exact or as exact as rounding can tell (IEEE 754-2019, 5.4.1 and 6.3). */
import { Flag, Rounding, type Format } from './format';
import { bitLength, finite, infinite, INVALID, isZero, propagated, type Finite, type Value } from './value';

/** a + b; `mode` decides the sign of a zero that numbers of opposite sign make. */
export function sum(a: Value, b: Value, mode: Rounding): Value {
  if (a.kind === 'nan' || b.kind === 'nan') return propagated(a, b);
  if (a.kind === 'infinite') return b.kind === 'infinite' && a.negative !== b.negative ? INVALID : a;
  if (b.kind === 'infinite') return b;
  const exponent = Math.min(a.exponent, b.exponent);
  const total = signedAt(a, exponent) + signedAt(b, exponent);
  if (total === 0n) return finite(a.negative === b.negative ? a.negative : mode === Rounding.RDN, 0n, exponent);
  return finite(total < 0n, total < 0n ? -total : total, exponent);
}

/** The number as a multiple of 2^exponent, which is at most its own. */
const signedAt = ({ negative, significand, exponent: own }: Finite, exponent: number): bigint => {
  const magnitude = significand << BigInt(own - exponent);
  return negative ? -magnitude : magnitude;
};

/** a x b */
export function product(a: Value, b: Value): Value {
  if (a.kind === 'nan' || b.kind === 'nan') return propagated(a, b);
  const negative = a.negative !== b.negative;
  if (a.kind === 'infinite' || b.kind === 'infinite') return isZero(a) || isZero(b) ? INVALID : infinite(negative);
  return finite(negative, a.significand * b.significand, a.exponent + b.exponent);
}

/** a / b, to more bits than the format has; a last bit of 1 stands for all that do not fit. */
export function quotient(a: Value, b: Value, { precision }: Format): Value {
  if (a.kind === 'nan' || b.kind === 'nan') return propagated(a, b);
  const negative = a.negative !== b.negative;
  if (a.kind === 'infinite') return b.kind === 'infinite' ? INVALID : infinite(negative);
  if (b.kind === 'infinite') return finite(negative, 0n, 0);
  if (b.significand === 0n) return a.significand === 0n ? INVALID : infinite(negative, Flag.DZ);
  const shift = Math.max(0, precision + 2 + bitLength(b.significand) - bitLength(a.significand));
  const dividend = a.significand << BigInt(shift);
  return withRest(negative, dividend / b.significand, dividend % b.significand, a.exponent - b.exponent - shift);
}

/** The square root of a, like `quotient`. */
export function root(a: Value, { precision }: Format): Value {
  if (a.kind === 'nan') return propagated(a);
  if (isZero(a)) return a; // that of -0 is -0
  if (a.negative) return INVALID;
  if (a.kind === 'infinite') return a;
  const wanted = Math.max(0, 2 * (precision + 2) - bitLength(a.significand));
  const shift = wanted + ((a.exponent - wanted) & 1); // an even exponent halves
  const radicand = a.significand << BigInt(shift);
  const integer = integerRoot(radicand);
  return withRest(false, integer, radicand - integer * integer, (a.exponent - shift) / 2);
}

const withRest = (negative: boolean, significand: bigint, rest: bigint, exponent: number): Finite =>
  finite(negative, (significand << 1n) | (rest === 0n ? 0n : 1n), exponent - 1);

/** The largest integer whose square is at most `n`, which is not 0: Newton's iteration from above. */
function integerRoot(n: bigint): bigint {
  let x = 1n << BigInt((bitLength(n) + 1) >> 1);
  for (;;) {
    const next = (x + n / x) >> 1n;
    if (next >= x) return x;
    x = next;
  }
}
