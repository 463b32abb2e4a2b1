/** The stepping executor: one instruction at a time, straight from the table. Slow, readable, and the reference for the others. */
import type { Hart } from '../hart/hart';
import type { Executor } from '../hart/ports';
import { executeCsr, illegal, refuseGuestAccess, systemAction } from '../hart/system';
import { signed, signedOf, unsigned } from '../bits';
import { ROWS, usesFloat, writesFloat, type GuestAccess, type Instruction, type Semantics } from '../isa';
import { guestView, type View } from '../mmu/view';
import { evaluator, type Operands } from './evaluate';
import { executeFloat } from './float/step';

/** Does one instruction, whose address is hart.pc: registers, memory and pc. Throws Trap before anything has changed. */
type Execute = (hart: Hart, instruction: Instruction) => void;

const EXECUTE: readonly Execute[] = ROWS.map((row) => (usesFloat(row) ? executeFloat(row) : executeOf(row.does)));

/** Executes a decoded instruction at pc, or takes the trap that it causes. Every executor does its hard cases by this. */
export function perform(hart: Hart, instruction: Instruction): void {
  hart.attempt(EXECUTE[instruction.row.id], instruction, instruction);
}

/** Fetches, decodes and executes the instruction at pc, or takes the trap that this causes. */
export function step(hart: Hart): void {
  const { pc, mode, trapped } = hart;
  const instruction = hart.attempt(fetch, pc);
  if (!instruction) return;
  perform(hart, instruction);
  if (hart.onRetire && hart.trapped === trapped) {
    const rd = writesFloat(instruction.row) ? 0 : instruction.rd;
    hart.onRetire({ pc, instruction, rd, value: hart.x[rd], mode });
  }
}

/** Undefined: an illegal instruction, and its trap has been taken. */
function fetch(hart: Hart, pc: bigint): Instruction | undefined {
  const word = hart.fetch(pc);
  const instruction = hart.decode(word);
  if (!instruction) illegal(hart, word);
  return instruction;
}

/** To be called after each instruction begun: counts it, and takes an interrupt that has become due. */
export function finish(hart: Hart): void {
  hart.budget--;
  if (hart.budget > 0 && !hart.stopping) hart.takeInterrupt(); // otherwise run() looks, with the time of then
}

/** The executor `step` of createMachine. It caches nothing, so there is nothing to forget. */
export const stepper = (hart: Hart): Executor => ({
  run: () => {
    while (hart.budget > 0 && !hart.stopping) {
      step(hart);
      finish(hart);
    }
  },
  selectBanks: () => {},
  forgetTranslations: () => {},
  translations: () => [],
});

/** Rows that have such operands are in float-step.ts. */
const NO_FLOATS = { fs1: 0n, fs2: 0n, fs3: 0n };

const operandsOf = (hart: Hart, { rs1, rs2, imm }: Instruction): Operands => ({
  rs1: hart.signedX[rs1],
  rs2: hart.signedX[rs2],
  imm: BigInt(imm),
  pc: signed(hart.pc),
  old: 0n,
  ...NO_FLOATS,
});

/** rs1 + imm: where a load, store or jalr goes; unsigned. */
const target = (hart: Hart, { rs1, imm }: Instruction): bigint => unsigned(hart.x[rs1] + BigInt(imm));

/** The function for a row's meaning. */
function executeOf(does: Semantics): Execute {
  switch (does.kind) {
    case 'compute':
      return compute(does);
    case 'load':
      return load(does);
    case 'store':
      return store(does);
    case 'branch':
      return branch(does);
    case 'jal':
      return (hart, instruction) => jump(hart, instruction, hart.pc + BigInt(instruction.imm));
    case 'jalr':
      return (hart, instruction) => jump(hart, instruction, target(hart, instruction) & ~1n);
    case 'lr':
    case 'sc':
    case 'amo':
      return atomic(does);
    case 'csr':
      return (hart, instruction) => executeCsr(hart, does.op, does.immediate, instruction);
    case 'system':
      return systemAction(does.action);
    case 'float':
      throw new Error('a row of F or D is executed by executeFloat');
  }
}

function compute({ value }: Extract<Semantics, { kind: 'compute' }>): Execute {
  const evaluate = evaluator(value);
  return (hart, instruction) => {
    hart.setX(instruction.rd, evaluate(operandsOf(hart, instruction)));
    hart.advance(instruction.length);
  };
}

function load(does: Extract<Semantics, { kind: 'load' }>): Execute {
  const { width, guest } = does;
  return (hart, instruction) => {
    if (guest && refuseGuestAccess(hart, instruction)) return;
    const value = hart.virtual.load(target(hart, instruction), width, viewOf(hart, guest));
    hart.setX(instruction.rd, does.signed ? signedOf(value, 8 * width) : value);
    hart.advance(instruction.length);
  };
}

function store({ width, guest }: Extract<Semantics, { kind: 'store' }>): Execute {
  return (hart, instruction) => {
    if (guest && refuseGuestAccess(hart, instruction)) return;
    hart.virtual.store(target(hart, instruction), width, hart.x[instruction.rs2], viewOf(hart, guest));
    hart.advance(instruction.length);
  };
}

/** hlv and hsv look with a guest's eyes, hlvx at what the guest may execute; undefined: the running mode's. */
const viewOf = (hart: Hart, guest: GuestAccess | undefined): View | undefined =>
  guest && { ...guestView(hart), executable: guest === 'code' };

function branch({ taken }: Extract<Semantics, { kind: 'branch' }>): Execute {
  const evaluate = evaluator(taken);
  return (hart, instruction) => {
    if (evaluate(operandsOf(hart, instruction))) hart.pc += BigInt(instruction.imm);
    else hart.advance(instruction.length);
  };
}

/** rd = address of the next instruction; pc = `to`. */
function jump(hart: Hart, { rd, length }: Instruction, to: bigint): void {
  hart.setX(rd, hart.pc + BigInt(length));
  hart.pc = to;
}

function atomic(does: Extract<Semantics, { kind: 'lr' | 'sc' | 'amo' }>): Execute {
  const { width } = does;
  const result = atomicResult();
  return (hart, instruction) => {
    hart.setX(instruction.rd, result(hart, instruction));
    hart.advance(instruction.length);
  };

  function atomicResult(): (hart: Hart, instruction: Instruction) => bigint {
    if (does.kind === 'lr') return (hart, { rs1 }) => hart.virtual.loadReserved(hart.x[rs1], width);
    if (does.kind === 'sc')
      return (hart, { rs1, rs2 }) => (hart.virtual.storeConditional(hart.x[rs1], width, hart.x[rs2]) ? 0n : 1n);
    const update = evaluator(does.value);
    return (hart, instruction) => {
      const operands = operandsOf(hart, instruction);
      return hart.virtual.modify(hart.x[instruction.rs1], width, (old) => update({ ...operands, old }));
    };
  }
}
