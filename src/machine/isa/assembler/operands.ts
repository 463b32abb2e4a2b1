/** Operands of an instruction: which text stands for which field, and the values they come to. */
import { CSR_NUMBERS } from '../csr-names';
import { floatRegisterNumber, registerNumber } from '../registers';
import type { FieldName } from '../row';
import type { Assembly } from './assembly';
import type { Expression } from './expression';
import { Mistake } from './program';
import { operandsOf } from './source';

/** The texts of the operands by their names in a syntax: `lw a0, 8(sp)` against `rd, imm(rs1)` as rd: a0, imm: 8, rs1: sp. */
export type OperandTexts = ReadonlyMap<string, string>;

const ROUNDING_MODES = ['rne', 'rtz', 'rdn', 'rup', 'rmm', '', '', 'dyn'];
const IN_PARENTHESES = /^(.*)\(\s*([\w$.]+)\s*\)$/;
/** `8(a0)` or `%lo(x)(a0)`, but not `%lo(x)` and not `2 * (3)`. */
const WITH_BASE = /(?:\)|(?<!%)\b[\w.$]+)\s*\([^()]*\)$/;
const isRegister = (text: string) => registerNumber(text) !== undefined;

/** Matches operands with a syntax by their shape only; undefined if they are of another one. */
export function matchSyntax(syntax: string, operands: readonly string[]): OperandTexts | undefined {
  const parts = operandsOf(syntax);
  const given = parts.length === operands.length + 1 && parts.at(-1) === 'rm' ? [...operands, 'dyn'] : operands;
  const texts = new Map<string, string>();
  const fits = parts.length === given.length && parts.every((part, i) => matchPart(part, given[i], texts));
  return fits ? texts : undefined;
}

function matchPart(part: string, text: string, texts: Map<string, string>): boolean {
  const shape = IN_PARENTHESES.exec(part);
  if (!shape) return matchWord(part, text, texts);
  const found = IN_PARENTHESES.exec(text);
  if (!found || !matchWord(shape[2], found[2], texts)) return false;
  const offset = found[1].trim() || '0';
  return shape[1] === '' ? offset === '0' : matchWord(shape[1], offset, texts);
}

function matchWord(word: string, text: string, texts: Map<string, string>): boolean {
  texts.set(word, text);
  if (word === 'sp') return registerNumber(text) === 2;
  if (/^rs?[d\d]$/.test(word)) return isRegister(text);
  if (/^fs?[d\d]$/.test(word)) return floatRegisterNumber(text) !== undefined;
  if (word === 'rm') return text !== '' && ROUNDING_MODES.includes(text);
  if (word === 'pred' || word === 'succ') return /^(?=.)i?o?r?w?$|^0$/.test(text);
  const bare = text.replaceAll(/^\(\s*|\s*\)$/g, ''); // `(a0)` is no expression either
  return text !== '' && !isRegister(bare) && !WITH_BASE.test(text);
}

/** A field of the encoding, and its value when all addresses are known; `pc` is the address of the instruction. */
export interface LateOperand {
  readonly field: FieldName;
  readonly value: (pc: bigint) => number;
}

/** Reads the text of one operand. */
export function lateOperand(assembly: Assembly, word: string, text: string): LateOperand {
  const constant = (field: FieldName, value: number): LateOperand => ({ field, value: () => value });
  if (/^rs?[d\d]$/.test(word)) return constant(word as FieldName, registerNumber(text)!);
  if (/^fs?[d\d]$/.test(word)) return constant(word as FieldName, floatRegisterNumber(text)!);
  if (word === 'rm') return constant('rm', ROUNDING_MODES.indexOf(text));
  if (word === 'pred' || word === 'succ') return constant(word, accessSet(text));
  if (word === 'csr' && Object.hasOwn(CSR_NUMBERS, text)) return constant('csr', CSR_NUMBERS[text]);
  if (word === 'csr' && /^[a-z]\w*$/.test(text) && !assembly.isDefined(text))
    throw new Mistake(`there is no CSR "${text}"`);

  const number = lateNumber(assembly, text);
  if (word === 'csr' || word === 'zimm') return { field: word, value: (pc) => Number(number(pc)) };
  if (word === 'target') return { field: 'imm', value: (pc) => Number(BigInt.asIntN(64, number(pc) - pc)) };
  if (word === 'upper') return { field: 'imm', value: (pc) => upperImmediate(number(pc)) };
  return { field: 'imm', value: (pc) => Number(BigInt.asIntN(64, number(pc))) };
}

const accessSet = (text: string) =>
  [...'iorw'].reduce((set, letter, i) => set | (text.includes(letter) ? 8 >> i : 0), 0);

/** `lui a0, 0xfffff` names bits 31:12; the field holds them in place, sign-extended. */
function upperImmediate(bits: bigint): number {
  if (bits < 0n || bits > 0xfffffn) throw new Mistake(`${bits} is not possible here (0 to 0xfffff)`);
  return Number(BigInt.asIntN(32, bits << 12n));
}

/** An expression or one of %hi, %lo, %pcrel_hi, %pcrel_lo (psABI, "Relocations"). */
function lateNumber(assembly: Assembly, text: string): (pc: bigint) => bigint {
  const [, relocation, inner] = /^%(\w+)\s*\((.*)\)$/.exec(text) ?? [undefined, undefined, text];
  const expression = assembly.parse(inner);
  switch (relocation) {
    case undefined:
      return () => assembly.finalNumber(expression);
    case 'hi':
      return () => high20(withinReachOfLui(assembly, expression));
    case 'lo':
      return () => BigInt.asIntN(12, assembly.finalNumber(expression));
    case 'pcrel_hi':
      assembly.noteHigh(expression);
      return (pc) => high20(reachable(assembly.finalNumber(expression) - pc));
    case 'pcrel_lo':
      return () => BigInt.asIntN(12, pcRelative(assembly, expression, inner));
  }
  throw new Mistake(`there is no %${relocation} here, only %hi, %lo, %pcrel_hi and %pcrel_lo`);
}

/** Bits 31:12, rounded so that the sign-extended low 12 bits complete them. */
const high20 = (value: bigint) => ((value + 0x800n) >> 12n) & 0xfffffn;

/** What lui builds is sign-extended: an address in the upper 2 GiB of the first 4 would come out with 32 ones in front. */
function withinReachOfLui(assembly: Assembly, expression: Expression): bigint {
  const value = assembly.finalValue(expression);
  const number = assembly.addressOf(value);
  if (!value.section || fits32(number + 0x800n)) return number;
  throw new Mistake(`lui does not reach the address 0x${number.toString(16)}: use la, or %pcrel_hi and %pcrel_lo`);
}

const fits32 = (value: bigint) => BigInt.asIntN(32, value) === value;

function reachable(distance: bigint): bigint {
  if (fits32(distance + 0x800n)) return distance;
  throw new Mistake(`the symbol is ${distance} bytes away, and auipc reaches 2 GiB`);
}

/** %pcrel_lo names the auipc with the other half: the distance is from there. */
function pcRelative(assembly: Assembly, label: Expression, text: string): bigint {
  const auipc = assembly.finalValue(label);
  const target = assembly.highAt(auipc);
  if (!target) throw new Mistake(`there is no %pcrel_hi at "${text}"`);
  return assembly.finalNumber(target) - assembly.addressOf(auipc);
}
