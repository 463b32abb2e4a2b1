/** Linux's System.map: a line for each symbol, `ffffffff80001234 T start_kernel`, as nm writes it (types: nm(1)). */
import { InputError } from './input-error';

const LINE = /^([0-9a-f]{1,16}) ([A-Za-z?-]) (\S+)$/;

/** A constant, or a symbol that is elsewhere: no address of anything. */
const NOT_AN_ADDRESS = 'AaUwv';

/** Names and addresses, in the file's order. Throws InputError, one sentence beginning with `file`, for anything else than a System.map. */
export function readSystemMap(text: string, file: string): [name: string, address: bigint][] {
  const symbols: [string, bigint][] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const [, address, type, name] = LINE.exec(line) ?? [];
    if (name === undefined)
      throw new InputError(`${file} is no System.map: line ${i + 1} is not an address, a letter and a name.`);
    if (!NOT_AN_ADDRESS.includes(type) && !name.startsWith('.L') && !name.startsWith('$'))
      symbols.push([name, BigInt(`0x${address}`)]);
  }
  if (symbols.length === 0) throw new InputError(`${file} names no symbol.`);
  return symbols;
}
