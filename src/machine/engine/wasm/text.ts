/**
 * WebAssembly's text format, as far as Code.wat takes it: a template's words become steps once, when it is first met, as the same few
 * texts are written very often.
 */
import { writeSigned32, writeSigned64, writeUnsigned } from './leb128';
import { IMMEDIATE, MEMORY, PLAIN } from './opcodes';

/** What may stand between the words: immediates, names of instructions, or functions that write their own code there. */
export type Piece = number | bigint | string | (() => void);

/** Bytes to be written as they are; or the number of a piece, and what it stands for. */
export type Step = readonly number[] | { readonly piece: number; readonly as: Role };

/** A whole instruction, or an immediate: of a constant, an index or offset, or a label. */
type Role = 'instruction' | 'i32' | 'i64' | 'index' | 'label';

/** Alignment is only a hint in WebAssembly; 0 promises nothing. */
const ALIGNMENT = 0;
const OFFSET = 'offset=';

const known = new Map<TemplateStringsArray, readonly Step[]>();

/** The steps of a template. Throws an Error for a word that is no instruction. */
export function stepsOf(text: TemplateStringsArray): readonly Step[] {
  const parsed = known.get(text);
  if (parsed) return parsed;
  const steps = new Parser(text).parse();
  known.set(text, steps);
  return steps;
}

/** The bytes of an instruction that is given by a piece: it has no immediate. */
export function bytesOf(name: Piece): readonly number[] {
  if (typeof name === 'string' && name in PLAIN) return [PLAIN[name as keyof typeof PLAIN]];
  if (typeof name === 'string' && name in MEMORY) return [MEMORY[name as keyof typeof MEMORY], ALIGNMENT, 0];
  throw new Error(`${String(name)} is no instruction`);
}

/** Appends an immediate. `depth`: how many blocks are open, which is what a label counts from. */
export function writeImmediate(out: number[], as: Role, value: Piece, depth: number): void {
  if (as === 'i64') return writeSigned64(out, value as number | bigint);
  const number = Number(value);
  if (!Number.isInteger(number)) throw new Error(`${String(value)} is no immediate`);
  if (as === 'i32') writeSigned32(out, number);
  else writeUnsigned(out, as === 'label' ? depth - number : number);
}

class Parser {
  /** Words, and the numbers of the pieces between them. */
  readonly #words: readonly (string | number)[];
  readonly #steps: Step[] = [];
  #bytes: number[] = [];
  #at = 0;

  constructor(text: TemplateStringsArray) {
    this.#words = text.flatMap((part, i) => [
      ...part.split(/\s+/).filter((word) => word !== ''),
      ...(i < text.length - 1 ? [i] : []),
    ]);
  }

  parse(): readonly Step[] {
    while (this.#at < this.#words.length) this.#instruction(this.#words[this.#at++]);
    this.#flush();
    return this.#steps;
  }

  #instruction(word: string | number): void {
    if (typeof word === 'number') this.#piece(word, 'instruction');
    else if (word in MEMORY) this.#access(MEMORY[word as keyof typeof MEMORY]);
    else if (word in IMMEDIATE) this.#withImmediate(word);
    else this.#bytes.push(...bytesOf(word));
  }

  /** A load or store, perhaps followed by offset=8, or by offset= and a piece. */
  #access(opcode: number): void {
    this.#bytes.push(opcode, ALIGNMENT);
    const next = this.#words[this.#at];
    if (typeof next !== 'string' || !next.startsWith(OFFSET)) return void this.#bytes.push(0);
    this.#at++;
    this.#immediate('index', next === OFFSET ? this.#words[this.#at++] : next.slice(OFFSET.length));
  }

  #withImmediate(name: string): void {
    this.#bytes.push(IMMEDIATE[name as keyof typeof IMMEDIATE]);
    if (this.#at === this.#words.length) throw new Error(`${name} lacks its immediate`);
    this.#immediate(roleBehind(name), this.#words[this.#at++]);
  }

  #immediate(as: Role, word: string | number): void {
    if (typeof word === 'number') this.#piece(word, as);
    else writeImmediate(this.#bytes, as, as === 'i64' ? BigInt(word) : word, 0);
  }

  #piece(piece: number, as: Role): void {
    this.#flush();
    this.#steps.push({ piece, as });
  }

  #flush(): void {
    if (this.#bytes.length > 0) this.#steps.push(this.#bytes);
    this.#bytes = [];
  }
}

function roleBehind(name: string): Role {
  if (name === 'i32.const') return 'i32';
  if (name === 'i64.const') return 'i64';
  return name.startsWith('br') ? 'label' : 'index';
}
