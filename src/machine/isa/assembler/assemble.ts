/** The assembler: source text to bytes, symbols and lines. It never compresses or relaxes: what is written is what is encoded. */
import { OperandError } from '../encode';
import type { Row } from '../row';
import { Symbols } from '../symbols';
import { ROWS } from '../table';
import { Assembly } from './assembly';
import { beginsBlock, blockAt, chosenHalf, expand, iterations, macroFrom, type Macro } from './blocks';
import { DIRECTIVES } from './directives';
import { assembleInstruction, mnemonicsOf } from './instructions';
import { AssemblyError, Mistake, type Program, type SourceLine } from './program';
import { assemblePseudo } from './pseudo';
import { place } from './sections';
import { operandsOf, parseStatement, statementTexts } from './source';

export interface AssembleOptions {
  /** Where the first byte goes: 0x8000_0000, the start of RAM, if not given. */
  readonly origin?: bigint;
  /** The name of the file for messages and lines. */
  readonly file?: string;
  /** The instruction set, if not ours. */
  readonly rows?: readonly Row[];
}

const START_OF_RAM = 0x8000_0000n;
const MOST_STATEMENTS = 4_000_000;
const DEEPEST = 100;

/** Assembles a whole program. Throws AssemblyError, and nothing else, for what is wrong with the source. */
export function assemble(source: string, options: AssembleOptions = {}): Program {
  const file = options.file ?? '<source>';
  const assembly = new Assembly();
  const reader = new Reader(assembly, options.rows ?? ROWS);
  return locating(
    () => {
      reader.run(statementTexts(source, file), 0);
      return link(assembly, options.origin ?? START_OF_RAM);
    },
    () => (assembly.source.line > 0 ? assembly.source : { file, line: 1, text: '' }),
  );
}

/** Adds file and line to what went wrong. */
function locating<T>(work: () => T, where: () => SourceLine): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Mistake || error instanceof OperandError)) throw error;
    const { file, line } = where();
    throw new AssemblyError(error.message, line, file);
  }
}

/** Executes statements one after the other. */
class Reader {
  private readonly macros = new Map<string, Macro>();
  private readonly mnemonics;
  private statements = 0;
  private expansions = 0;

  constructor(
    private readonly assembly: Assembly,
    rows: readonly Row[],
  ) {
    this.mnemonics = mnemonicsOf(rows);
  }

  run(statements: readonly SourceLine[], depth: number): void {
    if (depth > DEEPEST) throw new Mistake(`macros and blocks are nested more than ${DEEPEST} deep`);
    for (let i = 0; i < statements.length; i++) {
      this.assembly.source = statements[i];
      if (++this.statements > MOST_STATEMENTS)
        throw new Mistake(`the program has more than ${MOST_STATEMENTS} statements`);
      const { labels, name, rest } = parseStatement(statements[i].text);
      for (const label of labels) this.assembly.label(label);
      if (beginsBlock(name)) {
        const { body, end } = blockAt(statements, i);
        this.block(name, rest, body, depth);
        i = end;
      } else if (name !== '') this.statement(name, rest, depth);
    }
  }

  private block(name: string, rest: string, body: readonly SourceLine[], depth: number): void {
    if (name === '.macro') {
      const macro = macroFrom(rest, body);
      this.macros.set(macro.name, macro);
    } else if (name === '.rept') {
      const times = this.assembly.number(rest);
      if (times > MOST_STATEMENTS) throw new Mistake(`a repetition of ${times} times is too long`);
      for (let i = 0; i < times; i++) this.run(body, depth + 1);
    } else if (name === '.irp') this.run(iterations(rest, body), depth + 1);
    else this.run(chosenHalf(this.assembly, name, rest, body), depth + 1);
  }

  private statement(name: string, rest: string, depth: number): void {
    const macro = this.macros.get(name);
    const assignment = /^=\s*([^=].*)$/.exec(rest);
    if (macro) this.run(expand(macro, rest, this.expansions++), depth + 1);
    else if (assignment) this.directive('.set', [name, assignment[1]]);
    else if (name.startsWith('.')) this.directive(name, operandsOf(rest));
    else this.instruction(name, rest);
  }

  private directive(name: string, operands: readonly string[]): void {
    const directive = DIRECTIVES.get(name);
    if (!directive) throw new Mistake(`there is no directive "${name}"`);
    directive(this.assembly, operands, name);
  }

  private readonly instruction = (name: string, rest: string): void => {
    if (assemblePseudo(this.assembly, this.instruction, name, operandsOf(rest))) return;
    assembleInstruction(this.assembly, this.mnemonics, name, rest);
  };
}

/** Gives everything its address, and makes the bytes. */
function link(assembly: Assembly, origin: bigint): Program {
  const sections = place([...assembly.sections.values()], origin);
  const last = sections.at(-1);
  const bytes = new Uint8Array(last ? Number(last.address - origin) + last.size : 0);
  const lines = new Map<bigint, SourceLine>();
  for (const section of sections) {
    for (const chunk of section.chunks) {
      const address = section.address + BigInt(chunk.offset);
      assembly.source = chunk.source;
      bytes.set(chunk.bytes(address), Number(address - origin));
      if (chunk.instruction) lines.set(address, chunk.source);
    }
  }
  return { origin, bytes, lines, ...namesOf(assembly, origin) };
}

function namesOf(assembly: Assembly, origin: bigint): Pick<Program, 'symbols' | 'labels' | 'names' | 'entry'> {
  const symbols = new Map<string, bigint>();
  const labels = new Map<string, bigint>();
  for (const [name, value] of assembly.symbols()) {
    const number = BigInt.asUintN(64, assembly.addressOf(value));
    symbols.set(name, number);
    if (value.section) labels.set(name, number);
  }
  return { symbols, labels, names: new Symbols(labels), entry: labels.get('_start') ?? origin };
}
