/** Writes the code of one WebAssembly function: a chainable builder whose nesting is that of the calls which write it. */
import { writeSigned32, writeSigned64, writeUnsigned } from './leb128';
import { IMMEDIATE, MEMORY, PLAIN } from './opcodes';
import type { MemoryOp, PlainOp, ValueType } from './opcodes';

const NO_RESULT = 0x40;
/** Alignment is only a hint in WebAssembly; 0 promises nothing. */
const ALIGNMENT = 0;

/** A parameter or local variable of the function being written: its index. */
export type Local = number & { readonly local?: never };
/** A place to branch to: the nesting depth at which its block or loop was opened. */
export type Label = number & { readonly label?: never };

export class Code {
  readonly bytes: number[] = [];
  /** The types of the locals behind the parameters. */
  readonly locals: ValueType[] = [];
  private depth = 0;
  private readonly parameters: number;

  constructor(parameters: number) {
    this.parameters = parameters;
  }

  /** A new local variable, 0 at first. */
  local(type: ValueType): Local {
    this.locals.push(type);
    return this.parameters + this.locals.length - 1;
  }

  get(local: Local): this {
    return this.withIndex(IMMEDIATE['local.get'], local);
  }

  set(local: Local): this {
    return this.withIndex(IMMEDIATE['local.set'], local);
  }

  /** Stores the top of the stack in `local` and leaves it on the stack. */
  tee(local: Local): this {
    return this.withIndex(IMMEDIATE['local.tee'], local);
  }

  i32(value: number): this {
    this.bytes.push(IMMEDIATE['i32.const']);
    writeSigned32(this.bytes, value);
    return this;
  }

  i64(value: bigint | number): this {
    this.bytes.push(IMMEDIATE['i64.const']);
    writeSigned64(this.bytes, BigInt(value));
    return this;
  }

  /** Instructions that take everything from the stack, in order. */
  op(...names: PlainOp[]): this {
    for (const name of names) this.bytes.push(PLAIN[name]);
    return this;
  }

  /** A load or store at the address on the stack plus `offset`, 0 to 2^32 - 1. */
  memory(name: MemoryOp, offset = 0): this {
    this.bytes.push(MEMORY[name], ALIGNMENT);
    writeUnsigned(this.bytes, offset);
    return this;
  }

  /** A branch to the label of a block goes behind its end, one to the label of a loop to its beginning. */
  br(label: Label): this {
    return this.withIndex(IMMEDIATE.br, this.depth - label);
  }

  brIf(label: Label): this {
    return this.withIndex(IMMEDIATE.br_if, this.depth - label);
  }

  call(functionIndex: number): this {
    return this.withIndex(IMMEDIATE.call, functionIndex);
  }

  block(body: (label: Label) => void): this {
    return this.nested(IMMEDIATE.block, NO_RESULT, body);
  }

  loop(body: (label: Label) => void): this {
    return this.nested(IMMEDIATE.loop, NO_RESULT, body);
  }

  /** If the i32 on the stack is not 0, `then`; else `otherwise`. */
  if(then: () => void, otherwise?: () => void): this {
    return this.nested(IMMEDIATE.if, NO_RESULT, () => this.arms(then, otherwise));
  }

  /** The same, where each side pushes one value of type `result`. */
  choose(result: ValueType, then: () => void, otherwise: () => void): this {
    return this.nested(IMMEDIATE.if, result, () => this.arms(then, otherwise));
  }

  /**
   * A jump table. `dispatch` pushes an i32 and calls `brTable` with the labels it is given; label i leads to the code of `cases[i]`.
   * One case runs on into the next unless it branches away; the last runs on behind the switch.
   */
  switch(cases: readonly (() => void)[], dispatch: (labels: readonly Label[]) => void): this {
    const first = this.depth + 1;
    for (let opened = cases.length; opened > 0; opened--) this.open(IMMEDIATE.block, NO_RESULT);
    dispatch(cases.map((_, i) => first + cases.length - 1 - i));
    for (const write of cases) {
      this.end();
      write();
    }
    return this;
  }

  /** Branches to the label whose number is on the stack, or to `other` if there is none. */
  brTable(labels: readonly Label[], other: Label): this {
    this.withIndex(IMMEDIATE.br_table, labels.length);
    for (const label of [...labels, other]) writeUnsigned(this.bytes, this.depth - label);
    return this;
  }

  private arms(then: () => void, otherwise?: () => void): void {
    then();
    if (!otherwise) return;
    this.bytes.push(IMMEDIATE.else);
    otherwise();
  }

  private nested(opcode: number, type: number, body: (label: Label) => void): this {
    this.open(opcode, type);
    body(this.depth);
    return this.end();
  }

  private open(opcode: number, type: number): void {
    this.bytes.push(opcode, type);
    this.depth++;
  }

  private end(): this {
    this.depth--;
    this.bytes.push(IMMEDIATE.end);
    return this;
  }

  private withIndex(opcode: number, index: number): this {
    this.bytes.push(opcode);
    writeUnsigned(this.bytes, index);
    return this;
  }
}
