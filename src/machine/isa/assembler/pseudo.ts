/** Pseudo-instructions that become several instructions: `li`, and all that reach a symbol by auipc. psABI and GNU as, "RISC-V macros". */
import type { Assembly } from './assembly';
import { wrongForm } from './instructions';
import { matchSyntax, type OperandTexts } from './operands';
import { Mistake } from './program';

/** Assembles one instruction or pseudo-instruction. */
export type Emit = (name: string, operands: string) => void;

interface Pseudo {
  readonly name: string;
  /** Operands as in the syntax of a row. */
  readonly syntax: string;
  readonly assemble: (assembly: Assembly, emit: Emit, operand: (word: string) => string) => void;
}

/** auipc with the high part of a symbol's distance into `base`, then an instruction with the low part: `low` in `operands`. */
function relative(emit: Emit, base: string, symbol: string, follower: string, operands: string): void {
  emit('auipc', `${base}, %pcrel_hi(${symbol})`);
  emit(follower, operands.replace('low', '%pcrel_lo(. - 4)'));
}

const loadFrom = (name: string): Pseudo => ({
  name,
  syntax: 'rd, target',
  assemble: (_, emit, op) => relative(emit, op('rd'), op('target'), name, `${op('rd')}, low(${op('rd')})`),
});

const storeTo = (name: string): Pseudo => ({
  name,
  syntax: 'rs2, target, rs1', // rs1 is overwritten with a part of the address
  assemble: (_, emit, op) => relative(emit, op('rs1'), op('target'), name, `${op('rs2')}, low(${op('rs1')})`),
});

const loadAddress = (name: string): Pseudo => ({
  name,
  syntax: 'rd, target',
  assemble: (_, emit, op) => relative(emit, op('rd'), op('target'), 'addi', `${op('rd')}, ${op('rd')}, low`),
});

/** A jump of any distance: `link` is the register for the return address, `base` the one for a part of the target. */
const farJump = (name: string, syntax: string, link: string, base: string): Pseudo => ({
  name,
  syntax,
  assemble(_, emit, op) {
    const register = (word: string) => (syntax.includes(word) ? op(word) : word);
    relative(emit, register(base), op('target'), 'jalr', `${register(link)}, low(${register(base)})`);
  },
});

const PSEUDOS: readonly Pseudo[] = [
  {
    name: 'li',
    syntax: 'rd, imm',
    assemble: (assembly, emit, op) => loadImmediate(emit, op('rd'), assembly.number(op('imm'))),
  },
  loadAddress('la'),
  loadAddress('lla'),
  farJump('call', 'target', 'ra', 'ra'),
  farJump('call', 'rd, target', 'rd', 't1'),
  farJump('tail', 'target', 'zero', 't1'),
  farJump('jump', 'target, rs1', 'zero', 'rs1'),
  ...['lb', 'lh', 'lw', 'ld', 'lbu', 'lhu', 'lwu'].map(loadFrom),
  ...['sb', 'sh', 'sw', 'sd'].map(storeTo),
];

/** Assembles `name operands` if it is such a pseudo-instruction, by `emit`; says whether it was. */
export function assemblePseudo(assembly: Assembly, emit: Emit, name: string, operands: readonly string[]): boolean {
  const forms = PSEUDOS.filter((each) => each.name === name);
  for (const { syntax, assemble } of forms) {
    const texts: OperandTexts | undefined = matchSyntax(syntax, operands);
    if (!texts) continue;
    assemble(assembly, emit, (word) => texts.get(word)!);
    return true;
  }
  // Loads and stores are rows too; the others have no form but these.
  if (forms.length > 0 && !/^[ls]([bhw]u?|d)$/.test(name))
    throw wrongForm(
      name,
      operands,
      forms.map(({ syntax }) => syntax),
    );
  return false;
}

/** Loads any 64-bit constant with the instructions that GNU as chooses. */
function loadImmediate(emit: Emit, register: string, wanted: bigint): void {
  if (wanted < -(1n << 63n) || wanted >= 1n << 64n) throw new Mistake(`${wanted} has more than 64 bits`);
  const value = BigInt.asIntN(64, wanted);
  if (BigInt.asIntN(12, value) === value) emit('addi', `${register}, zero, ${value}`);
  else buildConstant(emit, register, value);
}

/**
 * 32 bits are lui and addiw. More are the upper part by the same rule, shifted left by as many zeros as it had at its end,
 * and the low 12 bits. These are sign-extended when added, so the upper part is one greater if their top bit is set.
 */
function buildConstant(emit: Emit, register: string, value: bigint): void {
  const low = BigInt.asIntN(12, value);
  const high = BigInt.asIntN(64, value - low);
  if (high === 0n) {
    emit('addiw', `${register}, zero, ${low}`);
  } else if (BigInt.asIntN(32, value) === value) {
    emit('lui', `${register}, ${(high >> 12n) & 0xfffffn}`);
    if (low !== 0n) emit('addiw', `${register}, ${register}, ${low}`);
  } else {
    let zeros = 12n;
    while (((high >> zeros) & 1n) === 0n) zeros++;
    buildConstant(emit, register, high >> zeros);
    emit('slli', `${register}, ${register}, ${zeros}`);
    if (low !== 0n) emit('addi', `${register}, ${register}, ${low}`);
  }
}
