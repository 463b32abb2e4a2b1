/** The guest's code around an address: what lies in its memory there, disassembled, with the line of the source that it was made from. */
import { disassemble, type Program } from '#machine';
import type { Sight } from './sight';

export interface CodeLine {
  readonly pc: bigint;
  /** 16 or 32 bits; undefined where the guest cannot fetch. */
  readonly word?: number;
  /** `addi a0,a0,1`. */
  readonly text: string;
  /** A label that is here. */
  readonly label?: string;
  /** `hello.s:12`, and that line without its label. */
  readonly source?: { readonly place: string; readonly text: string };
}

/** How far back, in bytes, a symbol may be from which the instructions are followed, and how many there may be before a line. */
const FARTHEST = 4096n;
const MOST_BEFORE = 64;

/** One instruction of the guest. */
export function codeLine(sight: Sight, pc: bigint, program?: Program): CodeLine {
  const word = sight.fetch(pc);
  const symbol = program?.names.nearest(pc);
  const line = program?.lines.get(pc);
  return {
    pc,
    word,
    text: word === undefined ? 'nothing to fetch' : disassemble(word, { pc, symbols: program?.names, aliases: true }),
    ...(symbol?.offset === 0n ? { label: symbol.name } : {}),
    ...(line ? { source: { place: `${line.file}:${line.line}`, text: withoutLabel(line.text) } } : {}),
  };
}

const withoutLabel = (text: string): string => text.replace(/^(\s*[\w.$]+:)+\s*/, '').trim();

/** `before` lines, the one at `pc`, and as many after it as fit into `rows`. */
export function codeAround(sight: Sight, pc: bigint, rows: number, before: number, program?: Program): CodeLine[] {
  const earlier = before > 0 ? addressesBefore(sight, pc, program).slice(-before) : [];
  const lines = earlier.map((at) => codeLine(sight, at, program));
  for (let at = pc; lines.length < rows;) {
    const line = codeLine(sight, at, program);
    lines.push(line);
    if (line.word === undefined) break;
    at += lengthOf(line.word);
  }
  return lines;
}

/** Of the instructions that lead to `pc`: as the source has them, or else from the last symbol on. */
function addressesBefore(sight: Sight, pc: bigint, program?: Program): bigint[] {
  const inSource = addressesInSource(pc, program);
  if (inSource.length > 0) return inSource;
  const symbol = program?.names.nearest(pc - 1n);
  if (!symbol || symbol.offset > FARTHEST) return [];
  const found: bigint[] = [];
  let at = pc - 1n - symbol.offset;
  while (at < pc) {
    const word = sight.fetch(at);
    if (word === undefined) return [];
    found.push(at);
    at += lengthOf(word);
  }
  return at === pc ? found : [];
}

function addressesInSource(pc: bigint, program?: Program): bigint[] {
  const found: bigint[] = [];
  for (let at = pc; found.length < MOST_BEFORE;) {
    const before = [at - 4n, at - 2n].find((each) => program?.lines.has(each));
    if (before === undefined) break;
    found.unshift(before);
    at = before;
  }
  return found;
}

/** Bytes (Unprivileged, "Base Instruction-Length Encoding"). */
const lengthOf = (word: number): bigint => ((word & 3) === 3 ? 4n : 2n);
