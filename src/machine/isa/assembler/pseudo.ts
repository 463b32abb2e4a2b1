/** Pseudo-instructions that become several instructions: `li`, and all that reach a symbol by auipc. psABI and GNU as, "RISC-V macros". */
import type { Assembly } from './assembly';
import { Mistake } from './program';
import { operandsOf } from './source';

/** Assembles one instruction or pseudo-instruction. */
export type Emit = (name: string, operands: string) => void;

const LOADS = ['lb', 'lh', 'lw', 'ld', 'lbu', 'lhu', 'lwu'];
const STORES = ['sb', 'sh', 'sw', 'sd'];

/** Assembles `name operands` if it is such a pseudo-instruction, by `emit`; says whether it was. */
export function assemblePseudo(assembly: Assembly, emit: Emit, name: string, operands: string): boolean {
  const [first, second, third] = operandsOf(operands);
  const count = operandsOf(operands).length;
  /** auipc with the high part, then `rest` with the low part in place of `%`. */
  const relative = (register: string, symbol: string, follower: string, rest: string) => {
    const low = `%pcrel_lo(. - 4)`;
    emit('auipc', `${register}, %pcrel_hi(${symbol})`);
    emit(follower, rest.replace('%', low));
    return true;
  };

  if (name === 'li' && count === 2) return loadImmediate(emit, first, assembly.number(second));
  if ((name === 'la' || name === 'lla') && count === 2) return relative(first, second, 'addi', `${first}, ${first}, %`);
  if (name === 'call' && count === 1) return relative('ra', first, 'jalr', 'ra, %(ra)');
  if (name === 'call' && count === 2) return relative('t1', second, 'jalr', `${first}, %(t1)`);
  if (name === 'tail' && count === 1) return relative('t1', first, 'jalr', 'zero, %(t1)');
  if (name === 'jump' && count === 2) return relative(second, first, 'jalr', `zero, %(${second})`);
  if (LOADS.includes(name) && count === 2 && !second.endsWith(')'))
    return relative(first, second, name, `${first}, %(${first})`);
  if (STORES.includes(name) && count === 3) return relative(third, second, name, `${first}, %(${third})`);
  return false;
}

/** Loads any 64-bit constant with the instructions that GNU as chooses. */
function loadImmediate(emit: Emit, register: string, wanted: bigint): true {
  if (wanted < -(1n << 63n) || wanted >= 1n << 64n) throw new Mistake(`${wanted} has more than 64 bits`);
  const value = BigInt.asIntN(64, wanted);
  if (BigInt.asIntN(12, value) === value) emit('addi', `${register}, zero, ${value}`);
  else buildConstant(emit, register, value);
  return true;
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
