/** Bit fields and sign extension on unsigned 64-bit values. */

/** The low 64 bits of `value`: what a register holds. */
export const unsigned = (value: bigint): bigint => BigInt.asUintN(64, value);

/** A 64-bit register's value read as two's complement, -2^63 .. 2^63 - 1. */
export const signed = (value: bigint): bigint => BigInt.asIntN(64, value);

/** The low `width` bits of `value` read as two's complement. */
export const signedOf = (value: bigint, width: number): bigint => BigInt.asIntN(width, value);

/** Copies bit `width` - 1 of `value` into all bits above; the result is an unsigned 64-bit value. */
export const signExtend = (value: bigint, width: number): bigint => BigInt.asUintN(64, BigInt.asIntN(width, value));

/** Bits high..low (inclusive, 0 .. 63), all ones. */
export const mask = (high: number, low: number = high): bigint => ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low);

/** Bits high..low of `value`, moved down to bit 0. */
export const extract = (value: bigint, high: number, low: number = high): bigint =>
  (value & mask(high, low)) >> BigInt(low);

/** `value` with bits high..low replaced by the low bits of `field`. */
export const insert = (value: bigint, high: number, low: number, field: bigint): bigint =>
  (value & ~mask(high, low)) | ((field << BigInt(low)) & mask(high, low));

/** `old` with the bits of `writable` taken from `value`. */
export const merge = (old: bigint, value: bigint, writable: bigint): bigint => (old & ~writable) | (value & writable);
