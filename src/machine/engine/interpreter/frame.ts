/** The local variables of the interpreter's main function, and the short pieces of code that use them. */
import type { OperandName } from '../../isa/expr';
import type { Place } from '../access';
import { HART, RECORD_IMM, RECORD_RD, RECORD_REST, RECORD_RM, RECORD_RS1, RECORD_RS2, RECORD_RS3 } from '../layout';
import type { CsrOperands } from '../storage-csr';
import { Code, type Label } from '../wasm/code';
import { F32, F64, I32, I64 } from '../wasm/opcodes';
import { FUNCTION } from './functions';

/** A record has 8 bytes for each byte of code. */
const RECORD_BYTES_SHIFT = 3;

export class Frame implements Place {
  readonly code = new Code(0);
  readonly hart: number;
  readonly mulhu = FUNCTION.mulhu;
  readonly fused = { s: FUNCTION.fusedSingle, d: FUNCTION.fusedDouble };

  /** Linear address of the running instruction's record, and of the slot that it is in. */
  readonly record = this.code.local(I32);
  readonly slot = this.code.local(I32);
  /** Virtual address of the page: pc is page + (record - slot) / 8. */
  readonly page = this.code.local(I64);
  /** Instructions that may begin after the running block. */
  readonly left = this.code.local(I32);
  readonly bank = this.code.local(I32);
  /** A record to jump to, or an answer of TypeScript. */
  readonly target = this.code.local(I32);
  readonly address = this.code.local(I64);
  readonly value = this.code.local(I64);
  readonly entry = this.code.local(I32);
  readonly single = this.code.local(F32);
  readonly double = this.code.local(F64);
  readonly integral = this.code.local(F64);

  readonly pushHart = (): void => void this.code.wat`i32.const 0`;

  /** Where instructions go that generated code cannot do; known when run.ts has opened the blocks around the handlers. */
  step: Label | undefined;

  readonly operands: Readonly<Record<OperandName, () => void>> = {
    rs1: () => this.#pushRegister(RECORD_RS1),
    rs2: () => this.#pushRegister(RECORD_RS2),
    fs1: () => this.#pushFloat(RECORD_RS1),
    fs2: () => this.#pushFloat(RECORD_RS2),
    fs3: () => this.#pushFloat(RECORD_RS3),
    imm: () => this.code.wat`local.get ${this.record} i64.load32_s offset=${RECORD_IMM}`,
    pc: () => this.pushPc(),
    old: () => this.code.wat`local.get ${this.value}`,
  };

  /** How storage-csr.ts finds what pages.ts has put into the record of a `csr` row. */
  readonly csrOperands: CsrOperands = {
    number: () => this.code.wat`local.get ${this.record} i32.load offset=${RECORD_IMM}`,
    zeroBits: () => this.code.wat`local.get ${this.record} i64.load16_u offset=${RECORD_RS2}`,
    source: (immediate) => {
      if (immediate) this.code.wat`local.get ${this.record} i64.load16_u offset=${RECORD_RS1} i64.const 3 i64.shr_u`;
      else this.#pushRegister(RECORD_RS1);
    },
  };

  /** `hart`: linear address of the hart's block. */
  constructor(hart: number) {
    this.hart = hart;
  }

  setRd(push: () => void): void {
    this.code.wat`
      local.get ${this.record} i32.load16_u offset=${RECORD_RD}
      ${push} i64.store offset=${this.hart + HART.X}`;
  }

  setFd(push: () => void): void {
    this.code.wat`
      local.get ${this.record} i32.load16_u offset=${RECORD_RD}
      ${push} i64.store offset=${this.hart + HART.F}`;
  }

  pushFloatState(): void {
    this.code.wat`i32.const 0 i32.load offset=${this.hart + HART.FLOAT}`;
  }

  pushRounding(): void {
    this.code.wat`local.get ${this.record} i32.load8_u offset=${RECORD_RM}`;
  }

  #pushFloat(field: number): void {
    this.code.wat`local.get ${this.record} i32.load16_u offset=${field} i64.load offset=${this.hart + HART.F}`;
  }

  /** The register whose number, times 8, the record holds at `field`. */
  #pushRegister(field: number): void {
    this.code.wat`local.get ${this.record} i32.load16_u offset=${field} i64.load offset=${this.hart + HART.X}`;
  }

  loadBank(): void {
    this.code.wat`i32.const 0 i32.load offset=${this.hart + HART.DATA_BANK} local.set ${this.bank}`;
  }

  /** Pushes the record `bytes` of code behind this one: a constant, or an i32 that `bytes` pushes. */
  pushRecordBehind(bytes: number | (() => void)): void {
    const distance = typeof bytes === 'number' ? () => this.code.wat`i32.const ${bytes}` : bytes;
    this.code.wat`local.get ${this.record} ${distance} i32.const ${RECORD_BYTES_SHIFT} i32.shl i32.add`;
  }

  giveUp(): void {
    this.code.wat`br ${this.step!}`;
  }

  missed(kind: number): void {
    this.code.wat`local.get ${this.address} local.get ${this.entry} i32.const ${kind} call ${FUNCTION.serve}`;
    this.code.if(() => this.giveUp());
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
    const { code, left, record } = this;
    code.wat`local.get ${left} local.get ${record} i32.load16_u offset=${RECORD_REST} i32.add local.set ${left}`;
  }

  saveBudget(): void {
    this.code.wat`i32.const 0 local.get ${this.left} i32.store offset=${this.hart + HART.BUDGET}`;
  }

  loadBudget(): void {
    this.code.wat`i32.const 0 i32.load offset=${this.hart + HART.BUDGET} local.set ${this.left}`;
  }
}
