/** The formats, rounding modes and exceptions of floating-point arithmetic (IEEE 754-2019, 3.4, 4.3 and 7; Unprivileged, "F", "Floating-Point Control and Status Register"). */

/** A binary interchange format: sign, biased exponent, trailing significand. Bit patterns are unsigned bigints of `width` bits. */
export interface Format {
  readonly width: 32 | 64;
  /** Bits of a significand, the leading one that is not stored included. */
  readonly precision: number;
  /** The exponent of the last bit of a subnormal number: 1 stands for 2^lowest. */
  readonly lowest: number;
  /** The sign bit. */
  readonly sign: bigint;
  /** Bits of positive infinity; larger magnitudes are NaNs. */
  readonly infinity: bigint;
  /** The bit that tells a quiet NaN from a signaling one. */
  readonly quiet: bigint;
}

function interchange(width: 32 | 64, precision: number): Format {
  const stored = BigInt(precision - 1);
  const sign = 1n << BigInt(width - 1);
  const infinity = sign - (1n << stored);
  const bias = 2 ** (width - precision - 1) - 1;
  return { width, precision, lowest: 1 - bias - (precision - 1), sign, infinity, quiet: 1n << (stored - 1n) };
}

/** binary32, `.s`. */
export const SINGLE = interchange(32, 24);
/** binary64, `.d`. */
export const DOUBLE = interchange(64, 53);

/** The one NaN that operations give (Unprivileged, "NaN Generation and Propagation"): positive, quiet, payload 0. */
export const canonicalNaN = ({ infinity, quiet }: Format): bigint => infinity | quiet;

/** Values of frm and of an instruction's `rm`; 5 and 6 are reserved. */
export const Rounding = {
  /** To the nearest, ties to even. */
  RNE: 0,
  /** Towards zero. */
  RTZ: 1,
  /** Down. */
  RDN: 2,
  /** Up. */
  RUP: 3,
  /** To the nearest, ties away from zero. */
  RMM: 4,
  /** In an instruction only: as frm says. */
  DYN: 7,
} as const;
/** RNE to RMM. */
export type Rounding = 0 | 1 | 2 | 3 | 4;

/** Accrued exceptions: the bits of fflags. */
export const Flag = {
  /** Inexact. */
  NX: 1,
  /** Underflow. */
  UF: 2,
  /** Overflow. */
  OF: 4,
  /** Divide by zero. */
  DZ: 8,
  /** Invalid operation. */
  NV: 16,
} as const;

/** What an operation gives: a bit pattern or an integer, and the bits of fflags that it raises. */
export interface Result {
  readonly bits: bigint;
  readonly flags: number;
}
