/** The code of one handler: what an instruction does, and which record comes next. */
import { emitAccess, emitSystem } from '../access';
import { emit, emitCondition } from '../emit';
import { emitCsr } from '../generated-csr';
import { HART, RECORD_IMM } from '../layout';
import type { Label } from '../wasm/code';
import { FLOAT_ROWS } from './float-functions';
import type { Frame } from './frame';
import { floatFunctionAt } from './functions';
import type { RowHandler } from './numbers';

/** Where handlers go when they are done. */
export interface Labels {
  /** The next instruction of the same block: `record` is it. */
  readonly next: Label;
  /** The beginning of a block: `record` is it. */
  readonly arrive: Label;
  /** The record `target`, which may lie outside the page. */
  readonly jump: Label;
  /** PC, in memory, is to be looked up. */
  readonly lookup: Label;
}

export function emitHandler(frame: Frame, { row, length, csr }: RowHandler, labels: Labels): void {
  const { code } = frame;
  const { does } = row;
  const float = FLOAT_ROWS.indexOf(row);
  if (float >= 0) return callFloat(frame, float, length, labels.next);
  switch (does.kind) {
    case 'compute':
      frame.setRd(() => emit(code, does.value, frame));
      break;
    case 'csr':
      emitCsr(frame, csr!, does, frame.csrOperands);
      break;
    case 'branch':
      emitCondition(code, does.taken, frame);
      code.if(() => jumpByImmediate(frame, labels));
      return goOn(frame, length, labels.arrive);
    case 'jal':
      link(frame, length);
      return jumpByImmediate(frame, labels);
    case 'jalr':
      return emitJalr(frame, length, labels);
    case 'float':
      throw new Error(`${row.name} has a function of its own`);
    case 'system':
      emitSystem(frame, does.action);
      break;
    default:
      emitAccess(frame, does);
  }
  goOn(frame, length, labels.next);
}

/** Calls the function of a row of F or D. */
function callFloat(frame: Frame, index: number, length: number, next: Label): void {
  frame.code.wat`local.get ${frame.record} call ${floatFunctionAt(index)}`;
  frame.code.if(() => frame.giveUp());
  goOn(frame, length, next);
}

/** To the record behind this instruction. */
function goOn(frame: Frame, length: number, label: Label): void {
  frame.pushRecordBehind(length);
  frame.code.wat`local.set ${frame.record} br ${label}`;
}

function jumpByImmediate(frame: Frame, labels: Labels): void {
  frame.pushRecordBehind(() => frame.code.wat`local.get ${frame.record} i32.load offset=${RECORD_IMM}`);
  frame.code.wat`local.set ${frame.target} br ${labels.jump}`;
}

/** rd = address of the next instruction. */
function link(frame: Frame, length: number): void {
  frame.setRd(() => frame.code.wat`${() => frame.pushPc()} i64.const ${length} i64.add`);
}

/** The target is computed before rd is written, as both may be the same register. */
function emitJalr(frame: Frame, length: number, labels: Labels): void {
  const { code, operands, address, value, page, slot, record, hart } = frame;
  code.wat`${operands.rs1} ${operands.imm} i64.add i64.const -2 i64.and local.set ${address}`;
  link(frame, length);
  code.wat`local.get ${address} local.get ${page} i64.sub local.tee ${value} i64.const 4096 i64.lt_u`;
  code.if(() => {
    code.wat`
      local.get ${slot} local.get ${value} i32.wrap_i64 i32.const 3 i32.shl i32.add local.set ${record}
      br ${labels.arrive}`;
  });
  code.wat`i32.const 0 local.get ${address} i64.store offset=${hart + HART.PC} br ${labels.lookup}`;
}
