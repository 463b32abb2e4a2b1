/** What an instruction computes, as a small tree over 64-bit values: the one description that every executor derives from. */

/** Values that the instruction word names or that the executor provides; all are 64 bits wide: of fs1 to fs3 the bits. */
export type OperandName = 'rs1' | 'rs2' | 'fs1' | 'fs2' | 'fs3' | 'imm' | 'pc' | 'old'; // old: what memory held, in an AMO

/** Every operation is on 64 bits and wraps; shifts take their amount modulo 64; comparisons give 0 or 1. */
export type BinaryOp =
  | 'add'
  | 'sub'
  | 'mul'
  | 'mulhu'
  | 'and'
  | 'or'
  | 'xor'
  | 'shl'
  | 'shr_s'
  | 'shr_u'
  | 'div_s'
  | 'div_u'
  | 'rem_s'
  | 'rem_u' // not defined for a divisor of 0, nor for -2^63 / -1: rows guard them with `select`
  | 'eq'
  | 'ne'
  | 'lt_s'
  | 'lt_u'
  | 'ge_s'
  | 'ge_u';

export type UnaryOp = 'sext8' | 'sext16' | 'sext32' | 'clz' | 'ctz' | 'popcnt';

export type Expr =
  | { readonly kind: 'operand'; readonly name: OperandName }
  | { readonly kind: 'const'; readonly value: bigint } // signed, -2^63 .. 2^63 - 1
  | { readonly kind: 'unary'; readonly op: UnaryOp; readonly a: Expr }
  | { readonly kind: 'binary'; readonly op: BinaryOp; readonly a: Expr; readonly b: Expr }
  | { readonly kind: 'select'; readonly condition: Expr; readonly then: Expr; readonly otherwise: Expr }; // only the chosen side is evaluated

const operand = (name: OperandName): Expr => ({ kind: 'operand', name });
const binary =
  (op: BinaryOp) =>
  (a: Expr, b: Expr): Expr => ({ kind: 'binary', op, a, b });
const unary =
  (op: UnaryOp) =>
  (a: Expr): Expr => ({ kind: 'unary', op, a });

export const rs1 = operand('rs1');
export const rs2 = operand('rs2');
export const fs1 = operand('fs1');
export const fs2 = operand('fs2');
export const imm = operand('imm');
export const pc = operand('pc');
export const old = operand('old');
export const num = (value: bigint | number): Expr => ({ kind: 'const', value: BigInt(value) });

export const add = binary('add');
export const sub = binary('sub');
export const mul = binary('mul');
export const mulhu = binary('mulhu');
export const and = binary('and');
export const or = binary('or');
export const xor = binary('xor');
export const shl = binary('shl');
export const shrS = binary('shr_s');
export const shrU = binary('shr_u');
export const divS = binary('div_s');
export const divU = binary('div_u');
export const remS = binary('rem_s');
export const remU = binary('rem_u');
export const eq = binary('eq');
export const ne = binary('ne');
export const ltS = binary('lt_s');
export const ltU = binary('lt_u');
export const geS = binary('ge_s');
export const geU = binary('ge_u');
export const sext8 = unary('sext8');
export const sext16 = unary('sext16');
export const sext32 = unary('sext32');
export const clz = unary('clz');
export const ctz = unary('ctz');
export const popcnt = unary('popcnt');
/** `condition` ? `then` : `otherwise`, lazily. */
export const select = (condition: Expr, then: Expr, otherwise: Expr): Expr => ({
  kind: 'select',
  condition,
  then,
  otherwise,
});
/** The low 32 bits, zero-extended. */
export const low32 = (a: Expr): Expr => and(a, num(0xffffffffn));
