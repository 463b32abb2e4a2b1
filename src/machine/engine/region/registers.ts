/** The guest's registers that a region uses: WebAssembly locals while it runs, loaded when it is entered and stored when it is left. */
import type { FieldName, Row } from '../../isa/row';
import { HART } from '../layout';
import type { Code, Local } from '../wasm/code';
import { I64 } from '../wasm/opcodes';
import type { Block, Placed } from './blocks';

type Slot = 'rd' | 'rs1' | 'rs2' | 'rs3';
type File = typeof HART.X | typeof HART.F;

/** The operands that are registers: where an instruction has the number, and where in a hart's block such registers are. */
const FILES: Partial<Record<FieldName, { slot: Slot; file: File }>> = {
  rd: { slot: 'rd', file: HART.X },
  rs1: { slot: 'rs1', file: HART.X },
  rs2: { slot: 'rs2', file: HART.X },
  fd: { slot: 'rd', file: HART.F },
  fs1: { slot: 'rs1', file: HART.F },
  fs2: { slot: 'rs2', file: HART.F },
  fs3: { slot: 'rs3', file: HART.F },
};

const registerFields = ({ fields }: Row): FieldName[] => fields.map(({ name }) => name).filter((name) => name in FILES);

export class Registers {
  readonly #code: Code;
  /** By offset in the hart's block. */
  readonly #locals = new Map<number, Local>();
  readonly #written = new Set<number>();

  constructor(code: Code, blocks: readonly Block[]) {
    this.#code = code;
    for (const { instructions } of blocks) for (const each of instructions) this.#use(each);
  }

  #use(instruction: Placed): void {
    for (const name of registerFields(instruction.row)) {
      const { slot, file } = FILES[name]!;
      const register = offset(file, instruction[slot]);
      if (register === ZERO) continue;
      if (!this.#locals.has(register)) this.#locals.set(register, this.#code.local(I64));
      if (slot === 'rd') this.#written.add(register);
    }
  }

  /** Pushes a register of a file. */
  push(file: File, number: number): void {
    const local = this.#locals.get(offset(file, number));
    if (local === undefined) this.#code.wat`i64.const 0`;
    else this.#code.wat`local.get ${local}`;
  }

  /** A register = the value on the stack. */
  set(file: File, number: number): void {
    const local = this.#locals.get(offset(file, number));
    if (local === undefined) this.#code.wat`drop`;
    else this.#code.wat`local.set ${local}`;
  }

  load(hart: Local): void {
    for (const [register, local] of this.#locals) {
      this.#code.wat`local.get ${hart} i64.load offset=${register} local.set ${local}`;
    }
  }

  store(hart: Local): void {
    for (const register of this.#written) {
      this.#code.wat`local.get ${hart} local.get ${this.#locals.get(register)!} i64.store offset=${register}`;
    }
  }
}

const offset = (file: File, number: number): number => file + 8 * number;
/** x0 has no local. */
const ZERO = HART.X;
