/** The code of one handler: what an instruction does, and which record comes next. */
import { emitAccess } from '../access';
import { emit, emitCondition } from '../emit';
import { HART, RECORD_IMM } from '../layout';
import { emitStorageCsr } from '../storage-csr';
import type { Label } from '../wasm/code';
import type { Frame } from './frame';
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

export function emitHandler(frame: Frame, { row, length }: RowHandler, labels: Labels): void {
  const { code } = frame;
  const { does } = row;
  switch (does.kind) {
    case 'compute':
      frame.setRd(() => emit(code, does.value, frame));
      break;
    case 'csr':
      emitStorageCsr(frame, does, frame.csrOperands);
      break;
    case 'branch':
      emitCondition(code, does.taken, frame);
      code.if(() => jumpByImmediate(frame, labels));
      goOn(frame, length, labels.arrive);
      return;
    case 'jal':
      link(frame, length);
      jumpByImmediate(frame, labels);
      return;
    case 'jalr':
      emitJalr(frame, length, labels);
      return;
    case 'system':
    case 'float':
      throw new Error(`${row.name} has no handler`);
    default:
      emitAccess(frame, does);
  }
  goOn(frame, length, labels.next);
}

/** To the record behind this instruction. */
function goOn(frame: Frame, length: number, label: Label): void {
  frame.pushRecordAt(length);
  frame.code.set(frame.record).br(label);
}

function jumpByImmediate(frame: Frame, labels: Labels): void {
  frame.pushRecordAt(() => frame.code.get(frame.record).memory('i32.load', RECORD_IMM));
  frame.code.set(frame.target).br(labels.jump);
}

/** rd = address of the next instruction. */
function link(frame: Frame, length: number): void {
  frame.setRd(() => {
    frame.pushPc();
    frame.code.i64(length).op('i64.add');
  });
}

/** The target is computed before rd is written, as both may be the same register. */
function emitJalr(frame: Frame, length: number, labels: Labels): void {
  const { code, operands, address, value, page, slot, record, hart } = frame;
  operands.rs1();
  operands.imm();
  code.op('i64.add').i64(-2).op('i64.and').set(address);
  link(frame, length);
  code.get(address).get(page).op('i64.sub').tee(value).i64(4096).op('i64.lt_u');
  code.if(() => {
    code.get(slot).get(value).op('i32.wrap_i64').i32(3).op('i32.shl', 'i32.add').set(record).br(labels.arrive);
  });
  code
    .i32(0)
    .get(address)
    .memory('i64.store', hart + HART.PC)
    .br(labels.lookup);
}
