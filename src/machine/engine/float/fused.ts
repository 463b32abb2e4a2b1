/** Fused multiply-add, which WebAssembly does not have, from its additions and products: a x b + c rounded once, to nearest. */
import { Code, type Local } from '../wasm/code';
import { F32, F64, I64 } from '../wasm/opcodes';
import { pushIsFinite, pushIsNormal, WORDS } from './common';

/*
 * The product is split exactly into a number and its error, and its sum with c too (Dekker, Knuth). What the errors come to, rounded,
 * is known up to a factor of 1 +- 2^-53; if the last sum is the same for a little more and a little less of it, it is the right one.
 *
 * Otherwise the errors are rounded to odd, so that the last sum rounds as if nothing had been rounded before: Sylvie Boldo and
 * Guillaume Melquiond, "Emulation of a FMA and Correctly Rounded Sums: Proved Algorithms Using Rounding to Odd", IEEE Transactions
 * on Computers 57 (4), 2008. The proofs exclude overflow and, in the product, underflow: hence the limits.
 *
 * Both functions give a NaN for what they cannot do: special operands, results that are not normal, operands beyond the limits.
 * Infinities and NaNs on the way make it one, too.
 */

/** Magnitudes of double-precision operands below this one can be split, and the sums stay finite. */
const MOST = 2 ** 990;
/** Products above this one have an error that is a number of the format: its last bit is 2^-1006 or more. */
const LEAST_PRODUCT = 2 ** -900;
/** Veltkamp's constant: splits 53 bits in 26 and 26. */
const SPLITTER = 2 ** 27 + 1;
const A_LITTLE = 2 ** -51;

const bitsOf = (number: number): bigint => new BigUint64Array(new Float64Array([number]).buffer)[0];

class Writer {
  readonly code: Code;
  readonly #bits: Local;
  readonly #part: Local;

  constructor(parameters: number) {
    this.code = new Code(parameters);
    this.#bits = this.code.local(I64);
    this.#part = this.code.local(F64);
  }

  readonly number = (value: number) => (): void => WORDS.d.constant(this.code, bitsOf(value));

  /** high + low = x + y, exactly; `high` is the rounded sum (Knuth's TwoSum). */
  twoSum(x: Local, y: Local, high: Local, low: Local): void {
    const part = this.#part;
    this.code.wat`
      local.get ${x} local.get ${y} f64.add local.tee ${high} local.get ${x} f64.sub local.set ${part}
      local.get ${x} local.get ${high} local.get ${part} f64.sub f64.sub
      local.get ${y} local.get ${part} f64.sub f64.add local.set ${low}`;
  }

  /** high + low = x, each of half the bits (Veltkamp). */
  split(x: Local, high: Local, low: Local): void {
    const part = this.#part;
    this.code.wat`
      local.get ${x} ${this.number(SPLITTER)} f64.mul local.tee ${part}
      local.get ${part} local.get ${x} f64.sub f64.sub local.set ${high}
      local.get ${x} local.get ${high} f64.sub local.set ${low}`;
  }

  /** `sum` + `error`, rounded to odd, in `sum`: if the sum is not exact and its last bit is 0, its neighbour towards the error. */
  roundToOdd(sum: Local, error: Local): void {
    const { code, number } = this;
    const bits = this.#bits;
    code.wat`
      local.get ${sum} i64.reinterpret_f64 local.tee ${bits} i64.const 1 i64.and i64.eqz
      local.get ${error} ${number(0)} f64.ne i32.and`;
    code.if(() => {
      code.wat`
        local.get ${bits} i64.const 1 i64.const -1
        local.get ${error} ${number(0)} f64.gt local.get ${sum} ${number(0)} f64.gt i32.eq
        select i64.add f64.reinterpret_i64 local.set ${sum}`;
    });
  }
}

/** The function (f64, f64, f64) -> f64. */
export function fusedDouble(): Code {
  const writer = new Writer(3);
  const { code, number } = writer;
  const [a, b, c]: Local[] = [0, 1, 2];
  const local = (): Local => code.local(F64);
  const [product, error, sum, rest, result] = [local(), local(), local(), local(), local()];

  code.wat`local.get ${a} local.get ${b} f64.mul local.tee ${product} f64.abs ${number(LEAST_PRODUCT)} f64.gt i32.eqz`;
  code.if(() => zeroProduct(writer, product, [a, b], c));
  productError(writer, [a, b], product, error);
  writer.twoSum(product, c, sum, rest);
  const withRest = (factor: number) => (): unknown =>
    code.wat`local.get ${sum} local.get ${rest} ${number(factor)} f64.mul f64.add`;
  code.wat`
    local.get ${rest} local.get ${error} f64.add local.set ${rest}
    ${withRest(1 + A_LITTLE)} local.tee ${result} ${withRest(1 - A_LITTLE)} f64.eq
    ${() => pushIsNormal(code, WORDS.d, result)} i32.and`;
  code.if(() => code.wat`local.get ${result} return`);
  byRoundingToOdd(writer, [a, b, c], product, error);
  return code;
}

/** error = a x b - product, exactly (Dekker). */
function productError(writer: Writer, [a, b]: readonly [Local, Local], product: Local, error: Local): void {
  const { code } = writer;
  const local = (): Local => code.local(F64);
  const [aHigh, aLow, bHigh, bLow] = [local(), local(), local(), local()];
  writer.split(a, aHigh, aLow);
  writer.split(b, bHigh, bLow);
  code.wat`
    local.get ${aHigh} local.get ${bHigh} f64.mul local.get ${product} f64.sub
    local.get ${aHigh} local.get ${bLow} f64.mul f64.add
    local.get ${aLow} local.get ${bHigh} f64.mul f64.add
    local.get ${aLow} local.get ${bLow} f64.mul f64.add local.set ${error}`;
}

/** Pushes product + error + c, rounded once. */
function byRoundingToOdd(
  writer: Writer,
  [a, b, c]: readonly [Local, Local, Local],
  product: Local,
  error: Local,
): void {
  const { code, number } = writer;
  const local = (): Local => code.local(F64);
  const [sum, rest, high, low, odd, last] = [local(), local(), local(), local(), local(), local()];
  const isBelow = (x: Local) => (): unknown => code.wat`local.get ${x} f64.abs ${number(MOST)} f64.lt`;
  writer.twoSum(c, error, sum, rest);
  writer.twoSum(product, sum, high, low);
  writer.twoSum(low, rest, odd, last);
  writer.roundToOdd(odd, last);
  code.wat`
    local.get ${high} local.get ${odd} f64.add local.tee ${sum}
    ${number(NaN)}
    ${() => pushIsNormal(code, WORDS.d, sum)}
    ${isBelow(product)} i32.and ${isBelow(a)} i32.and ${isBelow(b)} i32.and ${isBelow(c)} i32.and select`;
}

/** Of what is beyond the limits, a product of 0 is common, and exact: a x b + c is one sum. Returns. */
function zeroProduct({ code, number }: Writer, product: Local, factors: readonly [Local, Local], c: Local): void {
  const [a, b] = factors;
  code.wat`
    local.get ${product} local.get ${c} f64.add local.tee ${c}
    ${number(NaN)}
    local.get ${a} ${number(0)} f64.eq local.get ${b} ${number(0)} f64.eq i32.or
    ${() => pushIsFinite(code, WORDS.d, c)} i32.and
    select return`;
}

/** Bits of a double-precision number that single precision lacks, and their value half way between two of its numbers. */
const BEYOND_SINGLE = 2 ** 29 - 1;
const HALF_WAY = 2 ** 28;

/**
 * The function (f32, f32, f32) -> f32: in double precision the product is exact, and nothing overflows. Rounding the sum twice is
 * wrong only if the first rounding ends half way.
 */
export function fusedSingle(): Code {
  const writer = new Writer(3);
  const { code, number } = writer;
  const [a, b, c]: Local[] = [0, 1, 2];
  const [product, addend, sum, error] = [code.local(F64), code.local(F64), code.local(F64), code.local(F64)];
  const result = code.local(F32);
  code.wat`
    local.get ${a} f64.promote_f32 local.get ${b} f64.promote_f32 f64.mul local.tee ${product}
    local.get ${c} f64.promote_f32 local.tee ${addend} f64.add local.tee ${sum}
    i64.reinterpret_f64 i64.const ${BEYOND_SINGLE} i64.and i64.const ${HALF_WAY} i64.eq`;
  code.if(() => {
    writer.twoSum(product, addend, sum, error);
    writer.roundToOdd(sum, error);
  });
  return code.wat`
    local.get ${sum} f32.demote_f64 local.tee ${result}
    ${number(NaN)} f32.demote_f64
    ${() => pushIsNormal(code, WORDS.s, result)} local.get ${sum} ${number(0)} f64.eq i32.or
    select`;
}
