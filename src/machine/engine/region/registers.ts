/**
 * The guest's registers in a region. Each has a WebAssembly local; but what a block leaves behind is in the hart's block in memory,
 * except in an inner loop, which keeps its registers in locals for as many rounds as it makes.
 *
 * If locals held them throughout the region, V8 would have to merge each with each at every block: its compiler then takes ten times
 * as long for a large region, while most code loses little by a load that hits and a store that nobody waits for.
 */
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

type RegisterField = { readonly slot: Slot; readonly file: File };

/** By row: the same few rows are met all the time. */
const fieldsOfRows = new Map<Row, readonly RegisterField[]>();

function registerFields(row: Row): readonly RegisterField[] {
  const known = fieldsOfRows.get(row);
  if (known) return known;
  const fields = row.fields.flatMap(({ name }) => FILES[name] ?? []);
  fieldsOfRows.set(row, fields);
  return fields;
}

export class Registers {
  readonly #code: Code;
  /** Holds the address of the hart's block. */
  readonly #hart: Local;
  /** By offset in the hart's block; made when first used. */
  readonly #locals = new Map<number, Local>();
  /** Those whose local has the value. */
  readonly #held = new Set<number>();
  /** In a loop: those that it writes, which memory learns when it is left. */
  #written: ReadonlySet<number> | undefined;

  constructor(code: Code, hart: Local) {
    this.#code = code;
    this.#hart = hart;
  }

  /** A block begins, at which execution can arrive from several places. */
  beginBlock(): void {
    if (!this.#written) this.#held.clear();
  }

  /** Loads what the instruction reads; not where it is read, as that may be in one branch of several. */
  beginInstruction(instruction: Placed): void {
    for (const { slot, file } of registerFields(instruction.row)) {
      if (slot !== 'rd') this.#load(offset(file, instruction[slot]));
    }
  }

  /** A loop of these blocks begins: loads all registers that it uses. */
  beginLoop(blocks: readonly Block[]): void {
    const written = new Set<number>();
    this.#held.clear();
    for (const { instructions } of blocks) {
      for (const instruction of instructions) {
        for (const { slot, file } of registerFields(instruction.row)) {
          const register = offset(file, instruction[slot]);
          this.#load(register);
          if (slot === 'rd' && register !== ZERO) written.add(register);
        }
      }
    }
    this.#written = written;
  }

  /** To be written wherever a loop is left; does nothing elsewhere. */
  storeWritten(): void {
    for (const register of this.#written ?? []) {
      this.#code.wat`local.get ${this.#hart} local.get ${this.#local(register)} i64.store offset=${register}`;
    }
  }

  endLoop(): void {
    this.#written = undefined;
    this.#held.clear();
  }

  /** Pushes a register of a file, which the running instruction reads. */
  push(file: File, number: number): void {
    const register = offset(file, number);
    if (register === ZERO) this.#code.wat`i64.const 0`;
    else this.#code.wat`local.get ${this.#local(register)}`;
  }

  /** A register = what `push` pushes. */
  set(file: File, number: number, push: () => void): void {
    const register = offset(file, number);
    if (register === ZERO) {
      this.#code.wat`${push} drop`;
      return;
    }
    const local = this.#local(register);
    if (this.#written) this.#code.wat`${push} local.set ${local}`;
    else this.#code.wat`local.get ${this.#hart} ${push} local.tee ${local} i64.store offset=${register}`;
    this.#held.add(register);
  }

  #load(register: number): void {
    if (register === ZERO || this.#held.has(register)) return;
    this.#code.wat`local.get ${this.#hart} i64.load offset=${register} local.set ${this.#local(register)}`;
    this.#held.add(register);
  }

  #local(register: number): Local {
    const known = this.#locals.get(register);
    if (known !== undefined) return known;
    const local = this.#code.local(I64);
    this.#locals.set(register, local);
    return local;
  }
}

const offset = (file: File, number: number): number => file + 8 * number;
/** x0 has no local. */
const ZERO = HART.X;
