/** Rounding an exact value to a format, once, with all exceptions (IEEE 754-2019, 4.3 and 7; Unprivileged, "F": tininess is detected after rounding). */
import { canonicalNaN, Flag, Rounding, type Format, type Result } from './format';
import { bitLength, type Finite, type Value } from './value';

/** `significand` / 2^drop as an integer, rounded by `mode`; a `drop` below 0 appends zeros. */
export function roundAt(
  { negative, significand }: Finite,
  drop: number,
  mode: Rounding,
): { kept: bigint; exact: boolean } {
  if (drop <= 0) return { kept: significand << BigInt(-drop), exact: true };
  const kept = significand >> BigInt(drop);
  const rest = significand - (kept << BigInt(drop));
  if (rest === 0n) return { kept, exact: true };
  return { kept: roundsUp(kept, rest, 1n << BigInt(drop - 1), negative, mode) ? kept + 1n : kept, exact: false };
}

/** Whether the magnitude grows, when `rest`, which is not 0, is cut off; `half` is half of the last bit that is kept. */
function roundsUp(kept: bigint, rest: bigint, half: bigint, negative: boolean, mode: Rounding): boolean {
  switch (mode) {
    case Rounding.RNE:
      return rest > half || (rest === half && (kept & 1n) === 1n);
    case Rounding.RTZ:
      return false;
    case Rounding.RDN:
      return negative;
    case Rounding.RUP:
      return !negative;
    case Rounding.RMM:
      return rest >= half;
  }
}

/** The bit pattern nearest to `value` in the direction of `mode`. */
export function round(format: Format, value: Value, mode: Rounding): Result {
  if (value.kind === 'nan') return { bits: canonicalNaN(format), flags: value.flags };
  const sign = value.negative ? format.sign : 0n;
  if (value.kind === 'infinite') return { bits: sign | format.infinity, flags: value.flags };
  if (value.significand === 0n) return { bits: sign, flags: 0 };

  // The exponent of the last of `precision` bits; subnormal numbers have fewer.
  const last = value.exponent + bitLength(value.significand) - format.precision;
  const unit = Math.max(last, format.lowest);
  const { kept, exact } = roundAt(value, unit - value.exponent, mode);
  // The leading bit of a normal number adds 1 to the exponent field, and so does the carry of a significand rounded up to 2.
  const magnitude = kept + (BigInt(unit - format.lowest) << BigInt(format.precision - 1));
  if (magnitude >= format.infinity) return overflow(format, value.negative, mode);
  if (exact) return { bits: sign | magnitude, flags: 0 };
  return { bits: sign | magnitude, flags: isTiny(format, value, last, mode) ? Flag.UF | Flag.NX : Flag.NX };
}

/** IEEE 754-2019, 7.4: infinity, or the largest number where the mode does not round away from zero. */
function overflow({ sign, infinity }: Format, negative: boolean, mode: Rounding): Result {
  const toInfinity =
    mode === Rounding.RNE || mode === Rounding.RMM || mode === (negative ? Rounding.RDN : Rounding.RUP);
  const magnitude = toInfinity ? infinity : infinity - 1n;
  return { bits: negative ? sign | magnitude : magnitude, flags: Flag.OF | Flag.NX };
}

/** IEEE 754-2019, 7.5 (a): below the least normal number even when rounded as if exponents had no lower bound. */
function isTiny(format: Format, value: Finite, last: number, mode: Rounding): boolean {
  if (last >= format.lowest) return false;
  if (last < format.lowest - 1) return true;
  const { kept } = roundAt(value, last - value.exponent, mode);
  return kept < 1n << BigInt(format.precision);
}
