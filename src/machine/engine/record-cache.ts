/** What the record of an instruction holds, found by its word of code: programs repeat their words, so that most are found in a cache. */
import { csrsOf } from '../hart/csr-file';
import { decoderOf, fieldOf, writesFloat, type Decoder, type Isa } from '../isa';
import type { Instruction } from '../isa/row';
import { generatedCsr, type GeneratedCsr } from './generated-csr';
import { handlerOf, SPECIAL } from './interpreter/numbers';
import { TRASH } from './layout';

/** Words that the cache has room for; each has one place in it. A power of two. */
const PLACES = 16_384;
/** Places are numbered by the high bits of a product with this: 2^32 over the golden ratio, which spreads words evenly. */
const SPREAD = 0x9e37_79b1;
const SHIFT = 32 - Math.log2(PLACES);

export class RecordCache {
  readonly #decode: Decoder;
  readonly #csrs: ReturnType<typeof csrsOf>;
  /**
   * Four words for each place: the word of code, and the first twelve bytes of its record (layout.ts). A handler of 0, which no
   * decoded record has, means that the place is empty.
   */
  readonly fields = new Int32Array(4 * PLACES);

  constructor(isa: Isa) {
    this.#decode = decoderOf(isa);
    this.#csrs = csrsOf(isa);
  }

  /** The instruction of a word: 32 bits, or 16 if they do not end in 11. Undefined: none of this architecture. */
  instruction(word: number): Instruction | undefined {
    return this.#decode(word);
  }

  /** Where in `fields` the first word of the record for this word of code is; -1 if it is no instruction. Valid until the next call. */
  find(word: number): number {
    const { fields } = this;
    const at = 4 * (Math.imul(word, SPREAD) >>> SHIFT);
    if (fields[at] === (word | 0) && fields[at + 1] !== 0) return at + 1;
    const instruction = this.#decode(word);
    if (!instruction) return -1;
    fields[at] = word;
    this.#write(at + 1, instruction);
    return at + 1;
  }

  /** How generated code accesses the CSR of an instruction, if it does; undefined too for instructions without one. */
  generatedCsr({ row, imm, rs1 }: Instruction): GeneratedCsr | undefined {
    return row.does.kind === 'csr' ? generatedCsr(this.#csrs.get(imm), row.does, rs1) : undefined;
  }

  #write(at: number, instruction: Instruction): void {
    const { row, rd, rs1, rs2, imm } = instruction;
    const csr = this.generatedCsr(instruction);
    const destination = rd || (writesFloat(row) ? 0 : TRASH);
    const second = csr?.kind === 'storage' ? csr.zeroBits : rs2 * 8;
    this.fields[at] = handlerFor(instruction, csr) | (destination << 19);
    this.fields[at + 1] = (rs1 << 3) | (second << 16);
    this.fields[at + 2] = row.does.kind === 'float' ? roundedOperands(instruction) : imm;
  }
}

/** SPECIAL.step if TypeScript does the instruction. */
function handlerFor({ row, length }: Instruction, csr: GeneratedCsr | undefined): number {
  return row.does.kind === 'csr' && !csr ? SPECIAL.step : handlerOf({ row, length, csr: csr?.kind });
}

/** rs3 x 8 and rm, which stand in the place of the immediate. */
const roundedOperands = ({ row, rs3, word }: Instruction): number => (rs3 << 3) | (fieldOf(row, 'rm', word)! << 16);
