/** Expression trees as TypeScript functions on signed bigints: the meaning of `compute`, `branch` and `amo` rows for the stepping executor. */
import { signed as s64, signedOf, unsigned as u64 } from '../bits';
import type { BinaryOp, Expr, OperandName, UnaryOp } from '../isa/expr';

/** The operands of one instruction, all signed 64-bit. */
export type Operands = Record<OperandName, bigint>;

/** Gives a signed 64-bit value. */
export type Evaluator = (operands: Operands) => bigint;

const flag = (holds: boolean): bigint => (holds ? 1n : 0n);

const BINARY: Readonly<Record<BinaryOp, (a: bigint, b: bigint) => bigint>> = {
  add: (a, b) => s64(a + b),
  sub: (a, b) => s64(a - b),
  mul: (a, b) => s64(a * b),
  mulhu: (a, b) => s64((u64(a) * u64(b)) >> 64n),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  shl: (a, b) => s64(a << (b & 63n)),
  shr_s: (a, b) => a >> (b & 63n),
  shr_u: (a, b) => s64(u64(a) >> (b & 63n)),
  div_s: (a, b) => a / b,
  div_u: (a, b) => s64(u64(a) / u64(b)),
  rem_s: (a, b) => a % b,
  rem_u: (a, b) => s64(u64(a) % u64(b)),
  eq: (a, b) => flag(a === b),
  ne: (a, b) => flag(a !== b),
  lt_s: (a, b) => flag(a < b),
  lt_u: (a, b) => flag(u64(a) < u64(b)),
  ge_s: (a, b) => flag(a >= b),
  ge_u: (a, b) => flag(u64(a) >= u64(b)),
};

const ones = (bits: string): number => bits.replaceAll('0', '').length;

const UNARY: Readonly<Record<UnaryOp, (a: bigint) => bigint>> = {
  sext8: (a) => signedOf(a, 8),
  sext16: (a) => signedOf(a, 16),
  sext32: (a) => signedOf(a, 32),
  clz: (a) => BigInt(a === 0n ? 64 : 64 - u64(a).toString(2).length),
  ctz: (a) => BigInt(a === 0n ? 64 : u64(a & -a).toString(2).length - 1),
  popcnt: (a) => BigInt(ones(u64(a).toString(2))),
};

/** Turns a tree into nested functions, once per row. */
export function evaluator(expr: Expr): Evaluator {
  switch (expr.kind) {
    case 'const': {
      const { value } = expr;
      return () => value;
    }
    case 'operand': {
      const { name } = expr;
      return (operands) => operands[name];
    }
    case 'unary': {
      const apply = UNARY[expr.op];
      const a = evaluator(expr.a);
      return (operands) => apply(a(operands));
    }
    case 'binary': {
      const apply = BINARY[expr.op];
      const a = evaluator(expr.a);
      const b = evaluator(expr.b);
      return (operands) => apply(a(operands), b(operands));
    }
    case 'select': {
      const condition = evaluator(expr.condition);
      const then = evaluator(expr.then);
      const otherwise = evaluator(expr.otherwise);
      return (operands) => (condition(operands) ? then(operands) : otherwise(operands));
    }
  }
}
