/** An instruction as a trace shows it: address, nearest symbol, assembly text, and the source line that it came from. */
import type { Program } from './assembler';
import { disassemble } from './disassemble';

/** `0x80000010 <loop+0x8>: addi a0,a0,1  # hello.s:12`; undefined if the program has no bytes at this address. */
export function describe(address: bigint, program: Program): string | undefined {
  const offset = Number(address - program.origin);
  if (offset < 0 || offset + 2 > program.bytes.length) return undefined;
  const [a, b, c = 0, d = 0] = program.bytes.subarray(offset, offset + 4);
  const word = (a | (b << 8) | (c << 16) | (d << 24)) >>> 0;
  const text = disassemble(word, { pc: address, symbols: program.names, aliases: true });
  const symbol = program.names.nameOf(address);
  const source = program.lines.get(address);
  return `0x${address.toString(16)}${symbol ? ` <${symbol}>` : ''}: ${text}${source ? `  # ${source.file}:${source.line}` : ''}`;
}
