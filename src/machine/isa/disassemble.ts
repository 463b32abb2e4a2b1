/** From bits to text, in the syntax that objdump writes and our assembler reads. */
import { abbreviate, OPERAND_WORD } from './aliases';
import { csrName } from './csr-names';
import { decode } from './decode';
import { fieldOf, SLOTS } from './fields';
import { floatRegisterName, registerName } from './registers';
import type { FieldName, Instruction, Row } from './row';
import type { Symbols } from './symbols';

export interface DisassembleOptions {
  /** Address of the instruction: targets of jumps are then written as addresses, otherwise as `.+16`. */
  readonly pc?: bigint;
  /** Names for targets: `0x80000010 <loop+0x8>`. */
  readonly symbols?: Symbols;
  /** Write `ret` for `jalr zero,0(ra)`, and compressed instructions as what they abbreviate. Otherwise everything is canonical. */
  readonly aliases?: boolean;
}

const ROUNDING_MODES = ['rne', 'rtz', 'rdn', 'rup', 'rmm', 'unknown', 'unknown', 'dyn'];

/** One instruction as text; what is illegal comes out as data: `.half 0x0`, `.word 0xffffffff`. Never throws. */
export function disassemble(word: number, options: DisassembleOptions = {}): string {
  const instruction = decode(word);
  if (instruction) return disassembleInstruction(instruction, options);
  return (word & 3) === 3 ? `.word 0x${(word >>> 0).toString(16)}` : `.half 0x${(word & 0xffff).toString(16)}`;
}

/** The same for an instruction that some decoder has produced. */
export function disassembleInstruction(instruction: Instruction, options: DisassembleOptions = {}): string {
  const row = options.aliases ? instruction.row : instruction.encodedAs;
  const operands = row.syntax
    .replaceAll(', ', ',')
    .replaceAll(OPERAND_WORD, (name) => operandText(name, instruction, options))
    .replace(/,dyn$/, ''); // the rounding mode that is meant if none is written
  const text = `${row.name}${orderingSuffix(instruction)} ${operands}`.trimEnd();
  return options.aliases ? abbreviate(text) : text;
}

function operandText(name: string, instruction: Instruction, options: DisassembleOptions): string {
  const { imm, row, word } = instruction;
  switch (name) {
    case 'imm':
      return String(imm);
    case 'shamt':
      return `0x${imm.toString(16)}`;
    case 'upper':
      return `0x${(imm >>> 12).toString(16)}`;
    case 'target':
      return targetText(imm, options);
    case 'csr':
      return csrName(imm) ?? `0x${imm.toString(16)}`;
    case 'zimm':
      return String(instruction.rs1);
    case 'rm':
      return ROUNDING_MODES[fieldOf(row, 'rm', word)!];
    case 'pred':
    case 'succ':
      return accessSetText(fieldOf(row, name, word)!);
    default:
      return registerText(name as FieldName, instruction);
  }
}

function registerText(name: FieldName, instruction: Instruction): string {
  const number = instruction[SLOTS[name]!];
  return name.startsWith('f') ? floatRegisterName(number) : registerName(number);
}

function targetText(offset: number, { pc, symbols }: DisassembleOptions): string {
  if (pc === undefined) return offset < 0 ? `.${offset}` : `.+${offset}`;
  const address = BigInt.asUintN(64, pc + BigInt(offset));
  const symbol = symbols?.nameOf(address);
  return `0x${address.toString(16)}${symbol ? ` <${symbol}>` : ''}`;
}

/** The accesses that a fence orders: input, output, reads, writes. */
function accessSetText(set: number): string {
  return [...'iorw'].filter((_, i) => set & (8 >> i)).join('') || '0';
}

/** `.aq`, `.rl` or `.aqrl` of an atomic instruction. */
function orderingSuffix({ row, word }: { row: Row; word: number }): string {
  const suffix = (fieldOf(row, 'aq', word) ? 'aq' : '') + (fieldOf(row, 'rl', word) ? 'rl' : '');
  return suffix && `.${suffix}`;
}
