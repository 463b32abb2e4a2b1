/** The instructions of F and D for the stepping executor, and for all others where they leave one to it. */
import { signed, unsigned } from '../../bits';
import { canonicalNaN, SINGLE } from '../../float/format';
import { operate } from '../../float/operation';
import { floatAllowed, markFloatDirty, raise, roundingMode } from '../../hart/floating-point';
import type { Hart } from '../../hart/hart';
import { illegal } from '../../hart/system';
import { fieldOf, type FloatFormat, type FloatOperation, type Instruction, type Row, type Semantics } from '../../isa';
import { evaluator, type Operands } from '../evaluate';

type Execute = (hart: Hart, instruction: Instruction) => void;
type Kind<K extends Semantics['kind']> = Extract<Semantics, { kind: K }>;

/** What is above a single-precision value in a register: "NaN Boxing of Narrower Values". */
const BOX = 0xffff_ffff_0000_0000n;

/** The function for a row of F or D: an illegal instruction while the floating-point unit is off. */
export function executeFloat({ name, does }: Row): Execute {
  const execute = executeOf(name, does);
  return (hart, instruction) => {
    if (floatAllowed(hart)) execute(hart, instruction);
    else illegal(hart, instruction.word);
  };
}

function executeOf(name: string, does: Semantics): Execute {
  switch (does.kind) {
    case 'compute':
      return compute(does);
    case 'load':
      return load(does);
    case 'store':
      return (hart, { rs1, rs2, imm, length }) => {
        hart.store(unsigned(hart.x[rs1] + BigInt(imm)), does.width, hart.f[rs2]);
        hart.advance(length);
      };
    case 'float':
      return rounded(does);
    default:
      throw new Error(`${name} is not an instruction of F or D`);
  }
}

function setF(hart: Hart, register: number, value: bigint): void {
  hart.f[register] = value;
  markFloatDirty(hart);
}

function compute({ value, flags, float }: Kind<'compute'>): Execute {
  const valueOf = evaluator(value);
  const flagsOf = flags && evaluator(flags);
  return (hart, instruction) => {
    const { rd, rs1, rs2, length } = instruction;
    const [fs1, fs2] = [hart.f[rs1], hart.f[rs2]].map(signed);
    const operands: Operands = { rs1: hart.signedX[rs1], rs2: 0n, imm: 0n, pc: 0n, old: 0n, fs1, fs2, fs3: 0n };
    const raised = flagsOf ? Number(flagsOf(operands)) : 0;
    if (float) setF(hart, rd, valueOf(operands));
    else hart.setX(rd, valueOf(operands));
    if (raised) raise(hart, raised);
    hart.advance(length);
  };
}

function load({ width }: Kind<'load'>): Execute {
  const above = width === 4 ? BOX : 0n;
  return (hart, { rd, rs1, imm, length }) => {
    setF(hart, rd, hart.load(unsigned(hart.x[rs1] + BigInt(imm)), width) | above);
    hart.advance(length);
  };
}

function rounded({ operation }: Kind<'float'>): Execute {
  const apply = operate(operation);
  const bits = READ[operandFormat(operation)];
  const above = operation.format === 's' ? BOX : 0n;
  return (hart, { row, word, rd, rs1, rs2, rs3, length }) => {
    const mode = roundingMode(hart, fieldOf(row, 'rm', word)!);
    if (mode === undefined) return illegal(hart, word);
    const first = operation.op === 'fromInteger' ? hart.x[rs1] : bits(hart.f[rs1]);
    const result = apply(first, bits(hart.f[rs2]), bits(hart.f[rs3]), mode);
    if (operation.op === 'toInteger') hart.setX(rd, result.bits);
    else setF(hart, rd, result.bits | above);
    if (result.flags) raise(hart, result.flags);
    hart.advance(length);
  };
}

const operandFormat = (operation: FloatOperation): FloatFormat =>
  operation.op === 'convert' ? operation.from : operation.format;

/** The bits of an operand in a register; single precision that is not boxed counts as the canonical NaN. */
const READ: Readonly<Record<FloatFormat, (register: bigint) => bigint>> = {
  s: (register) => ((register & BOX) === BOX ? register & ~BOX : canonicalNaN(SINGLE)),
  d: (register) => register,
};
