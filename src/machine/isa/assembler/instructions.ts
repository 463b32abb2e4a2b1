/** One instruction: finds its row, directly or through an alias, and puts it into the section. */
import { ALIASES, OPERAND_WORD, type Alias } from '../aliases';
import { encode, type Operands } from '../encode';
import type { Row } from '../row';
import type { Assembly } from './assembly';
import { lateOperand, matchSyntax, type OperandTexts } from './operands';
import { Mistake } from './program';
import { operandsOf } from './source';

/** The mnemonics that an assembler knows. */
export type Mnemonics = ReadonlyMap<string, Row>;

export const mnemonicsOf = (rows: readonly Row[]): Mnemonics => new Map(rows.map((row) => [row.name, row]));

const aliasesOf = new Map<string, { syntax: string; canonical: Alias['canonical'] }[]>();
for (const { alias, canonical } of ALIASES) {
  const [name, syntax = ''] = alias.split(' ');
  aliasesOf.set(name, [...(aliasesOf.get(name) ?? []), { syntax, canonical }]);
}

/** Assembles `name operands` at the end of the current section. */
export function assembleInstruction(assembly: Assembly, mnemonics: Mnemonics, name: string, operands: string): void {
  const { row, texts, ordering } = findRow(mnemonics, name, operandsOf(operands));
  const late = [...texts]
    .filter(([word]) => word !== 'sp') // always the stack pointer: not in the encoding
    .map(([word, text]) => lateOperand(assembly, word, text));
  const bytes = (pc: bigint) => {
    const given: Operands = { ...ordering };
    for (const { field, value } of late) given[field] = value(pc);
    return littleEndian(BigInt(encode(row, given)), row.length);
  };
  assembly.section.append(row.length, assembly.source, bytes, true);
}

/** The low `length` bytes of a number. */
export const littleEndian = (value: bigint, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));

interface Found {
  row: Row;
  texts: OperandTexts;
  ordering: Operands;
}

function findRow(mnemonics: Mnemonics, name: string, operands: readonly string[]): Found {
  const { row, ordering } = rowFor(mnemonics, name);
  const direct = row && matchSyntax(row.syntax, operands);
  if (direct) return { row, texts: direct, ordering };
  const aliases = aliasesOf.get(name) ?? [];
  for (const { syntax, canonical } of aliases) {
    const texts = matchSyntax(syntax, operands);
    if (!texts) continue;
    const [full, rest = ''] = canonical.split(' ');
    const filled = operandsOf(rest).map((part) => part.replaceAll(OPERAND_WORD, (word) => texts.get(word) ?? word));
    return findRow(mnemonics, full, filled);
  }
  if (!row && aliases.length === 0) throw new Mistake(`there is no instruction "${name}"`);
  throw wrongForm(name, operands, [...(row ? [row.syntax] : []), ...aliases.map(({ syntax }) => syntax)]);
}

/** `"add a0" should be "add rd, rs1, rs2"` */
export function wrongForm(name: string, operands: readonly string[], syntaxes: readonly string[]): Mistake {
  const line = (list: readonly string[]) => `"${`${name} ${list.join(', ')}`.trim()}"`;
  const expected = syntaxes.map((syntax) => line(operandsOf(syntax))).join(' or ');
  return new Mistake(`${line(operands)} should be ${expected}`);
}

/** `amoadd.w.aqrl` is the row amoadd.w with two more operands. */
function rowFor(mnemonics: Mnemonics, name: string): { row?: Row; ordering: Operands } {
  const exact = mnemonics.get(name);
  if (exact) return { row: exact, ordering: {} };
  const [, base, suffix] = /^(.*)\.(aq|rl|aqrl)$/.exec(name) ?? [];
  const row = base === undefined ? undefined : mnemonics.get(base);
  if (!row?.fields.some((field) => field.name === 'aq')) return { ordering: {} };
  return { row, ordering: { aq: Number(suffix.includes('aq')), rl: Number(suffix.includes('rl')) } };
}
