/** The local variables of the interpreter's functions, and the short pieces of code that use them. */
import type { OperandName } from '../../isa/expr';
import type { Place } from '../access';
import { HART, RECORD_IMM, RECORD_RD, RECORD_REST, RECORD_RS1, RECORD_RS2 } from '../layout';
import type { CsrOperands } from '../storage-csr';
import type { Code, Label, Local } from '../wasm/code';
import { I32, I64 } from '../wasm/opcodes';
import { FUNCTION } from './functions';

/** A record has 8 bytes for each byte of code. */
const RECORD_BYTES_SHIFT = 3;

const unsupported = (what: string) => (): never => {
  throw new Error(`${what} is not generated here`);
};

/** An instruction whose operands are found through a record. */
export abstract class RecordPlace implements Place {
  readonly code: Code;
  readonly hart: number;
  /** Linear address of the instruction's record. */
  readonly record: Local;
  readonly mulhu = FUNCTION.mulhu;
  readonly bank: Local;
  readonly address: Local;
  readonly value: Local;
  readonly entry: Local;
  readonly operands: Readonly<Record<OperandName, () => void>>;

  /** `hart`: linear address of the hart's block. */
  constructor(code: Code, hart: number, record: Local) {
    this.code = code;
    this.hart = hart;
    this.record = record;
    this.bank = code.local(I32);
    this.address = code.local(I64);
    this.value = code.local(I64);
    this.entry = code.local(I32);
    this.operands = {
      rs1: () => this.#pushRegister(RECORD_RS1),
      rs2: () => this.#pushRegister(RECORD_RS2),
      rs3: unsupported('an instruction with three source registers'), // records have no rs3 yet
      imm: () => code.wat`local.get ${record} i64.load32_s offset=${RECORD_IMM}`,
      pc: () => this.pushPc(),
      old: () => code.wat`local.get ${this.value}`,
    };
  }

  abstract giveUp(): void;
  abstract missed(kind: number): void;
  abstract pushPc(): void;

  /** How storage-csr.ts finds what pages.ts has put into the record of a `csr` row. */
  readonly csrOperands: CsrOperands = {
    number: () => this.code.wat`local.get ${this.record} i32.load offset=${RECORD_IMM}`,
    zeroBits: () => this.code.wat`local.get ${this.record} i64.load16_u offset=${RECORD_RS2}`,
    source: (immediate) => {
      if (immediate) this.code.wat`local.get ${this.record} i64.load16_u offset=${RECORD_RS1} i64.const 3 i64.shr_u`;
      else this.#pushRegister(RECORD_RS1);
    },
  };

  setRd(push: () => void): void {
    this.code.wat`
      local.get ${this.record} i32.load16_u offset=${RECORD_RD}
      ${push} i64.store offset=${this.hart + HART.X}`;
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
}

/** Where handlers leave instructions that they cannot do. */
export interface Escapes {
  readonly step: Label;
  readonly missed: Label;
}

/** The frame of the function `run`. */
export class RunFrame extends RecordPlace {
  /** Linear address of the slot that the record is in. */
  readonly slot: Local;
  /** Virtual address of the page: pc is page + (record - slot) / 8. */
  readonly page: Local;
  /** Instructions that may begin after the running block. */
  readonly left: Local;
  /** A record to jump to, or an answer of TypeScript. */
  readonly target: Local;
  /** Known when run.ts has opened the blocks around the handlers. */
  escapes: Escapes | undefined;

  constructor(code: Code, hart: number) {
    super(code, hart, code.local(I32));
    this.slot = code.local(I32);
    this.page = code.local(I64);
    this.left = code.local(I32);
    this.target = code.local(I32);
  }

  giveUp(): void {
    this.code.wat`br ${this.escapes!.step}`;
  }
  missed(): void {
    this.code.wat`br ${this.escapes!.missed}`;
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
