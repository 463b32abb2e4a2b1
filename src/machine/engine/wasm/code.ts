/** Writes the code of one WebAssembly function: instructions in the text format's words (text.ts), nested as the calls that write them. */
import { writeUnsigned } from './leb128';
import { IMMEDIATE, type ValueType } from './opcodes';
import { bytesOf, stepsOf, writeImmediate, type Piece } from './text';

const NO_RESULT = 0x40;
/** A parameter or local variable of the function being written: its index. */
export type Local = number;
/** A place to branch to: the nesting depth at which its block or loop was opened. */
export type Label = number;

export class Code {
  readonly bytes: number[] = [];
  /** The types of the locals behind the parameters. */
  readonly locals: ValueType[] = [];
  #depth = 0;
  readonly #parameters: number;

  constructor(parameters: number) {
    this.#parameters = parameters;
  }

  /** A new local variable, 0 at first. */
  local(type: ValueType): Local {
    this.locals.push(type);
    return this.#parameters + this.locals.length - 1;
  }

  /**
   * Appends instructions: code.wat`local.get ${x} i64.const 8 i64.shr_u`. Loads and stores may be followed by offset=n. A branch
   * takes a Label, not a relative depth. Throws an Error for a word that is no instruction.
   */
  wat(text: TemplateStringsArray, ...pieces: readonly Piece[]): this {
    for (const step of stepsOf(text)) {
      if (!('piece' in step)) this.#append(step);
      else if (step.as === 'instruction') this.#instruction(pieces[step.piece]);
      else writeImmediate(this.bytes, step.as, pieces[step.piece], this.#depth);
    }
    return this;
  }

  /** A branch to the label of a block goes behind its end. */
  block(body: (label: Label) => void): this {
    return this.#nested(IMMEDIATE.block, NO_RESULT, body);
  }

  /** A branch to the label of a loop goes to its beginning. */
  loop(body: (label: Label) => void): this {
    return this.#nested(IMMEDIATE.loop, NO_RESULT, body);
  }

  /** If the i32 on the stack is not 0, `then`; else `otherwise`. */
  if(then: () => void, otherwise?: () => void): this {
    return this.#nested(IMMEDIATE.if, NO_RESULT, () => this.#arms(then, otherwise));
  }

  /** The same, where each side pushes one value of type `result`. */
  choose(result: ValueType, then: () => void, otherwise: () => void): this {
    return this.#nested(IMMEDIATE.if, result, () => this.#arms(then, otherwise));
  }

  /**
   * A jump table. `dispatch` pushes an i32 and calls `brTable` with the labels it is given; label i leads to the code of `cases[i]`.
   * One case runs on into the next unless it branches away; the last runs on behind the switch.
   */
  switch(cases: readonly (() => void)[], dispatch: (labels: readonly Label[]) => void): this {
    const first = this.#depth + 1;
    for (let opened = cases.length; opened > 0; opened--) this.#open(IMMEDIATE.block, NO_RESULT);
    dispatch(cases.map((_, i) => first + cases.length - 1 - i));
    for (const write of cases) {
      this.#end();
      write();
    }
    return this;
  }

  /** Branches to the label whose number is on the stack, or to `other` if there is none. */
  brTable(labels: readonly Label[], other: Label): this {
    this.#withIndex(IMMEDIATE.br_table, labels.length);
    for (const label of [...labels, other]) writeUnsigned(this.bytes, this.#depth - label);
    return this;
  }

  /** Calls the function that the module's table has at the index on the stack; it must be of this type. */
  callIndirect(type: number): this {
    this.#withIndex(IMMEDIATE.call_indirect, type);
    writeUnsigned(this.bytes, 0); // the table
    return this;
  }

  #instruction(piece: Piece): void {
    if (typeof piece === 'function') piece();
    else this.#append(bytesOf(piece));
  }

  #append(bytes: readonly number[]): void {
    for (const byte of bytes) this.bytes.push(byte);
  }

  #arms(then: () => void, otherwise?: () => void): void {
    then();
    if (!otherwise) return;
    this.bytes.push(IMMEDIATE.else);
    otherwise();
  }

  #nested(opcode: number, type: number, body: (label: Label) => void): this {
    this.#open(opcode, type);
    body(this.#depth);
    return this.#end();
  }

  #open(opcode: number, type: number): void {
    this.bytes.push(opcode, type);
    this.#depth++;
  }

  #end(): this {
    this.#depth--;
    this.bytes.push(IMMEDIATE.end);
    return this;
  }

  #withIndex(opcode: number, index: number): void {
    this.bytes.push(opcode);
    writeUnsigned(this.bytes, index);
  }
}
