/** Host instructions as bits, by the machine's own encoder and assembler. */
import { assemble, encode, rowByName, type Operands } from '#machine';

export const bits = (name: string, operands: Operands = {}): number => encode(rowByName(name), operands);

/** An integer register's value into a floating-point register, unchanged. */
export const spill = (float: number, register: number): number => bits('fmv.d.x', { fd: float, rs1: register });
/** And back. */
export const restore = (register: number, float: number): number => bits('fmv.x.d', { rd: register, fs1: float });

export const jumpBy = (bytes: number): number => bits('jal', { rd: 0, imm: bytes });

export const EBREAK = bits('ebreak');

const MOST_KNOWN = 4096;
const known = new Map<string, readonly number[]>();

/** Instructions that load a 64-bit constant into a register and change nothing else: one to eight, all of 32 bits. */
export function constant(register: number, value: bigint): readonly number[] {
  const source = `li x${register}, ${BigInt.asIntN(64, value)}`;
  const found = known.get(source);
  if (found) return found;
  const { bytes } = assemble(source);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const words = Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i, true));
  if (known.size === MOST_KNOWN) known.clear();
  known.set(source, words);
  return words;
}
