/** From the table's expressions (isa/expr.ts) to WebAssembly: the same for every kind of generated code. */
import type { BinaryOp, Expr, OperandName, UnaryOp } from '../isa/expr';
import type { Code } from './wasm/code';
import { I64 } from './wasm/opcodes';

/** What the code around an expression provides. */
export interface Surroundings {
  /** Each pushes the i64 value of its operand. */
  readonly operands: Readonly<Record<OperandName, () => void>>;
  /** Index of a function (i64, i64) -> i64: the high half of an unsigned product. WebAssembly has no such instruction. */
  readonly mulhu: number;
}

/** Comparisons give an i32 in WebAssembly; all other operations an i64. */
const COMPARISONS: Partial<Record<BinaryOp, string>> = {
  eq: 'i64.eq',
  ne: 'i64.ne',
  lt_s: 'i64.lt_s',
  lt_u: 'i64.lt_u',
  ge_s: 'i64.ge_s',
  ge_u: 'i64.ge_u',
};

const UNARY: Record<UnaryOp, string> = {
  sext8: 'i64.extend8_s',
  sext16: 'i64.extend16_s',
  sext32: 'i64.extend32_s',
  clz: 'i64.clz',
  ctz: 'i64.ctz',
  popcnt: 'i64.popcnt',
};

/** Pushes the value of `expr` as an i64. */
export function emit(code: Code, expr: Expr, around: Surroundings): void {
  switch (expr.kind) {
    case 'operand':
      around.operands[expr.name]();
      return;
    case 'const':
      code.wat`i64.const ${expr.value}`;
      return;
    case 'unary':
      emit(code, expr.a, around);
      code.wat`${UNARY[expr.op]}`;
      return;
    case 'binary':
      emitBinary(code, expr, around);
      return;
    case 'select':
      emitCondition(code, expr.condition, around);
      code.choose(
        I64,
        () => emit(code, expr.then, around),
        () => emit(code, expr.otherwise, around),
      );
  }
}

/** Pushes an i32: not 0 if the value of `expr` is not. */
export function emitCondition(code: Code, expr: Expr, around: Surroundings): void {
  const comparison = expr.kind === 'binary' ? COMPARISONS[expr.op] : undefined;
  if (expr.kind === 'binary' && comparison) {
    emit(code, expr.a, around);
    emit(code, expr.b, around);
    code.wat`${comparison}`;
  } else {
    emit(code, expr, around);
    code.wat`i64.const 0 i64.ne`;
  }
}

function emitBinary(code: Code, expr: Extract<Expr, { kind: 'binary' }>, around: Surroundings): void {
  if (COMPARISONS[expr.op]) {
    emitCondition(code, expr, around);
    code.wat`i64.extend_i32_u`;
    return;
  }
  emit(code, expr.a, around);
  emit(code, expr.b, around);
  if (expr.op === 'mulhu') code.wat`call ${around.mulhu}`;
  else code.wat`${`i64.${expr.op}`}`;
}
