/** The local variables of the interpreter's function, and the short pieces of code that use them. */
import type { OperandName } from '../../isa/expr';
import type { Place } from '../access';
import { HART, RECORD_IMM, RECORD_RD, RECORD_REST, RECORD_RS1, RECORD_RS2 } from '../layout';
import type { CsrOperands } from '../storage-csr';
import { Code, type Label } from '../wasm/code';
import { I32, I64 } from '../wasm/opcodes';
import { FUNCTION } from './functions';

/** 8 bytes of record are one byte of code: see RECORD. */
const RECORD_BYTES_SHIFT = 3;

export class Frame implements Place {
  readonly code = new Code(0);
  readonly hart: number;
  readonly mulhu = FUNCTION.mulhu;
  readonly miss = FUNCTION.miss;

  /** Linear address of the running instruction's record, and of the slot that it is in. */
  readonly record = this.code.local(I32);
  readonly slot = this.code.local(I32);
  /** Virtual address of the page: pc is page + (record - slot) / 8. */
  readonly page = this.code.local(I64);
  /** Instructions that may begin after the running block; below 0 the block will not be finished. */
  readonly left = this.code.local(I32);
  readonly bank = this.code.local(I32);
  /** Scratch. */
  readonly address = this.code.local(I64);
  readonly value = this.code.local(I64);
  readonly entry = this.code.local(I32);
  readonly target = this.code.local(I32);

  /** Where `giveUp` goes; run.ts sets it when it has opened the block. */
  stepLabel: Label | undefined;

  readonly operands: Readonly<Record<OperandName, () => void>> = {
    rs1: () => this.register(RECORD_RS1),
    rs2: () => this.register(RECORD_RS2),
    rs3: () => {
      throw new Error('records have no rs3: rows that need it are not generated yet');
    },
    imm: () => this.code.get(this.record).memory('i64.load32_s', RECORD_IMM),
    pc: () => this.pushPc(),
    old: () => this.code.get(this.value),
  };

  /** How storage-csr.ts finds what pages.ts has put into the record of a `csr` row. */
  readonly csrOperands: CsrOperands = {
    number: () => this.code.get(this.record).memory('i32.load', RECORD_IMM),
    zeroBits: () => this.code.get(this.record).memory('i64.load16_u', RECORD_RS2),
    source: (immediate) => {
      if (immediate) this.code.get(this.record).memory('i64.load16_u', RECORD_RS1).i64(3).op('i64.shr_u');
      else this.register(RECORD_RS1);
    },
  };

  /** `hart`: linear address of the hart's block. */
  constructor(hart: number) {
    this.hart = hart;
  }

  /** Pushes the register whose number, times 8, the record holds at `field`. */
  private register(field: number): void {
    this.code
      .get(this.record)
      .memory('i32.load16_u', field)
      .memory('i64.load', this.hart + HART.X);
  }

  setRd(push: () => void): void {
    this.code.get(this.record).memory('i32.load16_u', RECORD_RD);
    push();
    this.code.memory('i64.store', this.hart + HART.X);
  }

  giveUp(): void {
    if (this.stepLabel === undefined) throw new Error('no place to give up to yet');
    this.code.br(this.stepLabel);
  }

  pushPc(): void {
    const { code, page, record, slot } = this;
    code
      .get(page)
      .get(record)
      .get(slot)
      .op('i32.sub')
      .i32(RECORD_BYTES_SHIFT)
      .op('i32.shr_u', 'i64.extend_i32_u', 'i64.add');
  }

  savePc(): void {
    this.code.i32(0);
    this.pushPc();
    this.code.memory('i64.store', this.hart + HART.PC);
  }

  /** Gives back the instructions of the block from this one on, which have not begun, and saves the budget. */
  refundAndSaveBudget(): void {
    const { code, left, record } = this;
    code.get(left).get(record).memory('i32.load16_u', RECORD_REST).op('i32.add').set(left);
    this.saveBudget();
  }

  saveBudget(): void {
    this.code
      .i32(0)
      .get(this.left)
      .memory('i32.store', this.hart + HART.BUDGET);
  }

  loadBudget(): void {
    this.code
      .i32(0)
      .memory('i32.load', this.hart + HART.BUDGET)
      .set(this.left);
  }

  /** Pushes the record at `bytes` of code from the running one: a constant, or what `push` pushes as i32. */
  pushRecordAt(bytes: number | (() => void)): void {
    const { code, record } = this;
    code.get(record);
    if (typeof bytes === 'number') code.i32(bytes << RECORD_BYTES_SHIFT);
    else {
      bytes();
      code.i32(RECORD_BYTES_SHIFT).op('i32.shl');
    }
    code.op('i32.add');
  }
}
