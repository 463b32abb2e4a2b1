/** Reads encodings in the notation of the manual's listings, most significant bit first: `0000000 rs2 rs1 000 rd 0110011`. */
import type { BitSlice, Exclusion, Field, FieldName } from './row';

/** What a pattern says about a word; the meaning of each property is at `Row`. */
export interface Encoding {
  readonly length: 2 | 4;
  readonly mask: number;
  readonly match: number;
  readonly fields: readonly Field[];
  readonly except: readonly Exclusion[];
}

/** The widths of operands that are one run of bits; registers have 5, or 3 with a prime. */
const WIDTHS: ReadonlyMap<string, number> = new Map([
  ['zimm', 5],
  ['csr', 12],
  ['rm', 3],
  ['aq', 1],
  ['rl', 1],
  ['pred', 4],
  ['succ', 4],
  ['fm', 4],
]);
/** Values that are reserved wherever the operand stands: no row has them. */
const RESERVED: ReadonlyMap<string, readonly number[]> = new Map([['rm', [5, 6]]]); // Unprivileged, "Rounding mode encoding"
const REGISTER = /^[rf](d|s[123])$/;

/** `01.` literal bits (a dot: any value) | `rd`, `rd'`, `rd/rs1`, `rd≠0,2` | `imm12|10:5`, `nzuimm5:4`, `shamt5:0`. */
const LITERAL = /^[01.]+$/;
const OPERAND = /^([a-z]+\d?)('?)(?:\/([a-z]+\d?)'?)?(?:\u2260([\d,]+))?$/; // U+2260 by number: one such letter in a literal doubles a bundle in memory
const IMMEDIATE = /^(nz)?(imm|uimm|shamt)(\d[\d:|]*)$/;

type Draft = { name: FieldName; signed: boolean; slices: BitSlice[]; plus8?: boolean; also?: FieldName; not: number[] };

/** Throws if the text is not an encoding of 16 or 32 bits: that is a bug in a table, never in a guest. */
export function parsePattern(pattern: string): Encoding {
  const tokens = pattern.split(' ');
  const widths = tokens.map(widthOf);
  const bits = widths.reduce((sum, width) => sum + width, 0);
  if (bits !== 16 && bits !== 32) throw new Error(`the pattern "${pattern}" has ${bits} bits`);
  const drafts = new Map<string, Draft>();
  let mask = 0;
  let match = 0;
  let low = bits;
  tokens.forEach((token, i) => {
    const width = widths[i];
    low -= width;
    if (LITERAL.test(token)) {
      mask += Number.parseInt(token.replaceAll('0', '1').replaceAll('.', '0'), 2) * 2 ** low;
      match += Number.parseInt(token.replaceAll('.', '0'), 2) * 2 ** low;
    } else if (IMMEDIATE.test(token)) addImmediate(drafts, token, low, width);
    else addOperand(drafts, token, low, width);
  });
  const fields = [...drafts.values()].map(({ not: _not, ...field }): Field => field);
  const except = [...drafts.values()].flatMap((draft) => draft.not.map((value) => exclusion(draft, value)));
  return { length: bits === 16 ? 2 : 4, mask, match, fields, except };
}

function widthOf(token: string): number {
  if (LITERAL.test(token)) return token.length;
  const immediate = IMMEDIATE.exec(token);
  if (immediate) return runs(immediate[3]).reduce((sum, [high, low]) => sum + high - low + 1, 0);
  const [, name = '', prime] = OPERAND.exec(token) ?? [];
  const width = REGISTER.test(name) ? (prime === "'" ? 3 : 5) : WIDTHS.get(name);
  if (width === undefined) throw new Error(`"${token}" is not part of an encoding`);
  return width;
}

/** `12|10:5` as [[12, 12], [10, 5]]. */
function runs(text: string): [high: number, low: number][] {
  return text.split('|').map((run) => {
    const [high, low = high] = run.split(':').map(Number);
    return [high, low];
  });
}

function addOperand(drafts: Map<string, Draft>, token: string, low: number, width: number): void {
  const [, name, prime, also, not] = OPERAND.exec(token)!;
  const draft: Draft = {
    name: name as FieldName,
    signed: false,
    slices: [{ high: low + width - 1, low, at: 0 }],
    not: not === undefined ? [...(RESERVED.get(name) ?? [])] : not.split(',').map(Number),
  };
  if (prime !== '') draft.plus8 = true;
  if (also !== undefined) draft.also = also as FieldName;
  drafts.set(name, draft);
}

function addImmediate(drafts: Map<string, Draft>, token: string, low: number, width: number): void {
  const [, nonZero, kind, text] = IMMEDIATE.exec(token)!;
  const draft = drafts.get('imm') ?? { name: 'imm', signed: kind === 'imm', slices: [], not: nonZero ? [0] : [] };
  drafts.set('imm', draft);
  let top = low + width;
  for (const [high, at] of runs(text)) {
    top -= high - at + 1;
    draft.slices.push({ high: top + high - at, low: top, at });
  }
}

/** The bits of the word that would hold `value`. A short register (`rd'`) is never excluded in RVC. */
function exclusion(field: Draft, value: number): Exclusion {
  let mask = 0;
  let match = 0;
  for (const { high, low, at } of field.slices) {
    const ones = 2 ** (high - low + 1) - 1;
    mask += ones * 2 ** low;
    match += ((value >>> at) & ones) * 2 ** low;
  }
  return { field: field.name, value, mask, match };
}
