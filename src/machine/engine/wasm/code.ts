/** Writes the code of one WebAssembly function: instructions in the text format's words, nested as the calls that write them. */
import { writeSigned32, writeSigned64, writeUnsigned } from './leb128';
import { IMMEDIATE, MEMORY, PLAIN, type ValueType } from './opcodes';

const NO_RESULT = 0x40;
/** Alignment is only a hint in WebAssembly; 0 promises nothing. */
const ALIGNMENT = 0;
const OFFSET = 'offset=';

/** A parameter or local variable of the function being written: its index. */
export type Local = number;
/** A place to branch to: the nesting depth at which its block or loop was opened. */
export type Label = number;
/** What may stand between the words: immediates, names of instructions, or functions that write their own code there. */
export type Piece = number | bigint | string | (() => void);

/** The words of each text that was used, and between them the numbers of the pieces: the same few texts are written very often. */
const split = new Map<TemplateStringsArray, readonly (string | number)[]>();

function wordsOf(text: TemplateStringsArray): readonly (string | number)[] {
  const known = split.get(text);
  if (known) return known;
  const words = text.flatMap((part, i) => [
    ...part.split(/\s+/).filter((word) => word !== ''),
    ...(i < text.length - 1 ? [i] : []),
  ]);
  split.set(text, words);
  return words;
}

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
    const words = wordsOf(text).map((word) => (typeof word === 'number' ? pieces[word] : word));
    for (let i = 0; i < words.length;) i += this.#instruction(words, i);
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

  /** Writes the instruction at words[at] and gives the number of words that it took. */
  #instruction(words: readonly Piece[], at: number): number {
    const [name, immediate] = [words[at], words[at + 1]];
    if (typeof name === 'function') {
      name();
      return 1;
    }
    if (typeof name !== 'string') throw new Error(`${name} is no instruction`);
    if (name in PLAIN) {
      this.bytes.push(PLAIN[name as keyof typeof PLAIN]);
      return 1;
    }
    if (name in MEMORY) return this.#access(MEMORY[name as keyof typeof MEMORY], words.slice(at + 1, at + 3));
    this.#immediate(name, immediate);
    return 2;
  }

  #immediate(name: string, immediate: Piece): void {
    if (name === 'i64.const') {
      this.bytes.push(IMMEDIATE[name]);
      writeSigned64(this.bytes, BigInt(immediate as number | bigint | string));
      return;
    }
    const value = Number(immediate);
    if (!(name in IMMEDIATE) || !Number.isInteger(value))
      throw new Error(`${name} ${String(immediate)} is no instruction`);
    const opcode = IMMEDIATE[name as keyof typeof IMMEDIATE];
    if (name === 'i32.const') {
      this.bytes.push(opcode);
      writeSigned32(this.bytes, value);
    } else this.#withIndex(opcode, name.startsWith('br') ? this.#depth - value : value);
  }

  /** A load or store, with the words behind its name: `offset=8`, or `offset=` and a piece. Gives the number of words. */
  #access(opcode: number, [word, piece]: readonly Piece[]): number {
    const hasOffset = typeof word === 'string' && word.startsWith(OFFSET);
    this.bytes.push(opcode, ALIGNMENT);
    writeUnsigned(this.bytes, !hasOffset ? 0 : Number(word === OFFSET ? piece : word.slice(OFFSET.length)));
    return !hasOffset ? 1 : word === OFFSET ? 3 : 2;
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
