/** Floating-point operations that only look at bits, as expressions: signs, comparisons, minimum and maximum, classes, NaN boxing (Unprivileged, "F" and "D"). */
import { canonicalNaN, DOUBLE, Flag, SINGLE, type Format } from '../float/format';
import {
  and,
  eq,
  fs1,
  fs2,
  geU,
  low32,
  ltS,
  ltU,
  num,
  or,
  select,
  sext32,
  shl,
  shrS,
  shrU,
  sub,
  xor,
  type Expr,
} from './expr';
import type { FloatFormat } from './row';

const UPPER = num(-1n << 32n);

/** "NaN Boxing of Narrower Values": all ones above. */
export const boxed = (bits: Expr): Expr => or(bits, UPPER);

/** The single-precision bits of a register; what is not boxed counts as the canonical NaN. */
const unboxed = (register: Expr): Expr =>
  select(eq(shrU(register, num(32)), num(0xffff_ffff)), low32(register), num(canonicalNaN(SINGLE)));

/** What the expressions need of a format. Operands are extended by their sign to 64 bits, so that it is the sign of both. */
interface Shape {
  readonly format: Format;
  readonly operand: (register: Expr) => Expr;
  /** The register's value for bits of the format, whatever is above them. */
  readonly result: (bits: Expr) => Expr;
}

const SHAPES: Readonly<Record<FloatFormat, Shape>> = {
  s: { format: SINGLE, operand: (register) => sext32(unboxed(register)), result: boxed },
  d: { format: DOUBLE, operand: (register) => register, result: (bits) => bits },
};

/** What can be asked of the bits of one format, extended to 64 as above. */
function questionsOf({ sign, infinity, quiet, precision }: Format) {
  const magnitude = (x: Expr): Expr => and(x, num(sign - 1n));
  const signMask = (x: Expr): Expr => shrS(x, num(63));
  const isNaN = (x: Expr): Expr => ltU(num(infinity), magnitude(x));
  return {
    magnitude,
    isNaN,
    isSignaling: (x: Expr): Expr => and(isNaN(x), eq(and(x, num(quiet)), num(0))),
    isInfinite: (x: Expr): Expr => eq(magnitude(x), num(infinity)),
    /** Or infinite, or a NaN. */
    isNormal: (x: Expr): Expr => geU(magnitude(x), num(1n << BigInt(precision - 1))),
    /** An integer that compares as the number does; both zeros are 0. */
    rank: (x: Expr): Expr => sub(xor(magnitude(x), signMask(x)), signMask(x)),
    /** The same, but -0 comes before +0. */
    order: (x: Expr): Expr => xor(x, shrU(signMask(x), num(1))),
  };
}

/** "Format of result of FCLASS instruction": one bit of ten. */
function classOf(
  x: Expr,
  { magnitude, isNaN, isSignaling, isInfinite, isNormal }: ReturnType<typeof questionsOf>,
): Expr {
  const negativeOr = (negative: number, positive: number): Expr =>
    select(ltS(x, num(0)), num(1 << negative), num(1 << positive));
  const small = select(eq(magnitude(x), num(0)), negativeOr(3, 4), negativeOr(2, 5));
  const finite = select(isNormal(x), negativeOr(1, 6), small);
  const number = select(isInfinite(x), negativeOr(0, 7), finite);
  return select(isNaN(x), select(isSignaling(x), num(1 << 8), num(1 << 9)), number);
}

/** The operations of one format on fs1 and fs2; `…Flags` are the exceptions that they raise. */
export function bitOperations(letter: FloatFormat) {
  const { format, operand, result } = SHAPES[letter];
  const questions = questionsOf(format);
  const { magnitude, isNaN, isSignaling, rank, order } = questions;
  const [a, b] = [operand(fs1), operand(fs2)];
  const signBits = num(-format.sign); // and those above it
  const invalidIf = (condition: Expr): Expr => shl(condition, num(Math.log2(Flag.NV)));
  const anyNaN = or(isNaN(a), isNaN(b));
  const anySignaling = or(isSignaling(a), isSignaling(b));
  const compared = (holds: Expr): Expr => and(holds, eq(anyNaN, num(0)));
  /** minimumNumber and maximumNumber of IEEE 754-2019: a NaN gives way to a number. */
  const chosen = (isFirst: Expr): Expr =>
    result(select(isNaN(a), select(isNaN(b), num(canonicalNaN(format)), b), select(or(isNaN(b), isFirst), a, b)));

  return {
    sgnj: result(or(magnitude(a), and(b, signBits))),
    sgnjn: result(or(magnitude(a), and(xor(b, num(-1)), signBits))),
    sgnjx: result(xor(a, and(b, signBits))),
    min: chosen(ltS(order(a), order(b))),
    max: chosen(ltS(order(b), order(a))),
    minMaxFlags: invalidIf(anySignaling),
    eq: compared(eq(rank(a), rank(b))),
    eqFlags: invalidIf(anySignaling),
    lt: compared(ltS(rank(a), rank(b))),
    le: compared(eq(ltS(rank(b), rank(a)), num(0))),
    orderedFlags: invalidIf(anyNaN),
    class: classOf(a, questions),
  };
}
