/** The local variables of the interpreter's main function, and the short pieces of code that use them. */
import { HART, RECORD_IMM, RECORD_REST, RECORD_RS1, RECORD_RS2 } from '../layout';
import type { CsrOperands } from '../storage-csr';
import { Code, type Label } from '../wasm/code';
import { I32, I64 } from '../wasm/opcodes';
import { RecordPlace } from './record-place';

/** A record has 8 bytes for each byte of code. */
const RECORD_BYTES_SHIFT = 3;

export class Frame extends RecordPlace {
  /** Linear address of the slot that `record`, the running instruction's, is in. */
  readonly slot = this.code.local(I32);
  /** Virtual address of the page: pc is page + (record - slot) / 8. */
  readonly page = this.code.local(I64);
  /** Instructions that may begin after the running block. */
  readonly left = this.code.local(I32);
  /** A record to jump to, or an answer of TypeScript. */
  readonly target = this.code.local(I32);

  /** Where instructions go that generated code cannot do; known when run.ts has opened the blocks around the handlers. */
  step: Label | undefined;

  /** How storage-csr.ts finds what pages.ts has put into the record of a `csr` row. */
  readonly csrOperands: CsrOperands = {
    number: () => this.code.wat`local.get ${this.record} i32.load offset=${RECORD_IMM}`,
    zeroBits: () => this.code.wat`local.get ${this.record} i64.load16_u offset=${RECORD_RS2}`,
    source: (immediate) => {
      if (immediate) this.code.wat`local.get ${this.record} i64.load16_u offset=${RECORD_RS1} i64.const 3 i64.shr_u`;
      else this.operands.rs1();
    },
  };

  /** `hart`: linear address of the hart's block. */
  constructor(hart: number) {
    const code = new Code(0);
    super(code, hart, code.local(I32));
  }

  /** Pushes the record `bytes` of code behind this one: a constant, or an i32 that `bytes` pushes. */
  pushRecordBehind(bytes: number | (() => void)): void {
    const distance = typeof bytes === 'number' ? () => this.code.wat`i32.const ${bytes}` : bytes;
    this.code.wat`local.get ${this.record} ${distance} i32.const ${RECORD_BYTES_SHIFT} i32.shl i32.add`;
  }

  giveUp(): void {
    this.code.wat`br ${this.step!}`;
  }

  pushPc(): void {
    const { code, page, record, slot } = this;
    code.wat`
      local.get ${page}
      local.get ${record} local.get ${slot} i32.sub i32.const ${RECORD_BYTES_SHIFT} i32.shr_u i64.extend_i32_u i64.add`;
  }

  savePc(): void {
    this.code.wat`i32.const 0 ${() => this.pushPc()} i64.store offset=${this.hart + HART.PC}`;
  }

  /** Gives back the instructions of the block from this one on, which have not begun. */
  refund(): void {
    this.code.wat`${() => this.pushBudget()} local.set ${this.left}`;
  }

  pushBudget(): void {
    const { code, left, record } = this;
    code.wat`local.get ${left} local.get ${record} i32.load16_u offset=${RECORD_REST} i32.add`;
  }

  saveBudget(): void {
    this.code.wat`i32.const 0 local.get ${this.left} i32.store offset=${this.hart + HART.BUDGET}`;
  }

  loadBudget(): void {
    this.code.wat`i32.const 0 i32.load offset=${this.hart + HART.BUDGET} local.set ${this.left}`;
  }
}
