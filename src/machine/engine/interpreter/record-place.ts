/** An instruction's operands as its decoded record has them: what code that is written once for each row knows of an instruction. */
import type { OperandName } from '../../isa/expr';
import type { Place } from '../access';
import { HART, RECORD_IMM, RECORD_RD, RECORD_RM, RECORD_RS1, RECORD_RS2, RECORD_RS3 } from '../layout';
import type { Code, Local } from '../wasm/code';
import { F32, F64, I32, I64 } from '../wasm/opcodes';
import { FUNCTION } from './functions';

export abstract class RecordPlace implements Place {
  readonly code: Code;
  readonly hart: number;
  /** Linear address of the instruction's record. */
  readonly record: Local;
  readonly mulhu = FUNCTION.mulhu;
  readonly fused = { s: FUNCTION.fusedSingle, d: FUNCTION.fusedDouble };

  readonly bank: Local;
  readonly address: Local;
  readonly value: Local;
  readonly entry: Local;
  readonly single: Local;
  readonly double: Local;
  readonly integral: Local;

  readonly pushHart = (): void => void this.code.wat`i32.const 0`;

  readonly operands: Readonly<Record<OperandName, () => void>> = {
    rs1: () => this.#pushRegister(RECORD_RS1, HART.X),
    rs2: () => this.#pushRegister(RECORD_RS2, HART.X),
    fs1: () => this.#pushRegister(RECORD_RS1, HART.F),
    fs2: () => this.#pushRegister(RECORD_RS2, HART.F),
    fs3: () => this.#pushRegister(RECORD_RS3, HART.F),
    imm: () => this.code.wat`local.get ${this.record} i64.load32_s offset=${RECORD_IMM}`,
    pc: () => this.pushPc(),
    old: () => this.code.wat`local.get ${this.value}`,
  };

  /** `hart`: linear address of the hart's block. `record`: an i32 of `code`. */
  constructor(code: Code, hart: number, record: Local) {
    this.code = code;
    this.hart = hart;
    this.record = record;
    this.bank = code.local(I32);
    this.address = code.local(I64);
    this.value = code.local(I64);
    this.entry = code.local(I32);
    this.single = code.local(F32);
    this.double = code.local(F64);
    this.integral = code.local(F64);
  }

  abstract pushPc(): void;
  abstract pushBudget(): void;
  abstract giveUp(): void;

  setRd(push: () => void): void {
    this.#setRegister(HART.X, push);
  }

  setFd(push: () => void): void {
    this.#setRegister(HART.F, push);
  }

  pushFloatState(): void {
    this.code.wat`i32.const 0 i32.load offset=${this.hart + HART.FLOAT}`;
  }

  pushRounding(): void {
    this.code.wat`local.get ${this.record} i32.load8_u offset=${RECORD_RM}`;
  }

  loadBank(): void {
    this.code.wat`i32.const 0 i32.load offset=${this.hart + HART.DATA_BANK} local.set ${this.bank}`;
  }

  missed(kind: number): void {
    this.code.wat`local.get ${this.address} local.get ${this.entry} i32.const ${kind} call ${FUNCTION.serve}`;
    this.code.if(() => this.giveUp());
  }

  /** The register of a file whose number, times 8, the record holds at `field`. */
  #pushRegister(field: number, file: number): void {
    this.code.wat`local.get ${this.record} i32.load16_u offset=${field} i64.load offset=${this.hart + file}`;
  }

  #setRegister(file: number, push: () => void): void {
    this.code.wat`
      local.get ${this.record} i32.load16_u offset=${RECORD_RD}
      ${push} i64.store offset=${this.hart + file}`;
  }
}
