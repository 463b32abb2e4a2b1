/**
 * Linux's System.map: a line for each symbol, `ffffffff80001234 T start_kernel`, as nm writes it (types: nm(1)). A running kernel's
 * /proc/kallsyms is the same, with the module behind a tab.
 */
import { InputError } from './input-error';

/** Assemblers' own labels, `.L0 `, may end with a space. */
const LINE = /^([0-9a-f]{1,16}) ([A-Za-z?-]) (\S+) ?(?:\t\[\S+\])?$/;
const LONGEST_QUOTE = 80;

/** A constant, or a symbol that is elsewhere: no address of anything. */
const NOT_AN_ADDRESS = 'AaUwv';

/** Names and addresses, in the file's order. Throws InputError, one sentence beginning with `file`, for anything else than a System.map. */
export function readSystemMap(text: string, file: string): [name: string, address: bigint][] {
  const symbols: [string, bigint][] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const [, address, type, name] = LINE.exec(line) ?? [];
    if (name === undefined)
      throw new InputError(
        `${file} is no System.map: line ${i + 1} is not an address, a letter and a name, but ${quote(line)}.`,
      );
    if (!NOT_AN_ADDRESS.includes(type) && !name.startsWith('.L') && !name.startsWith('$'))
      symbols.push([name, BigInt(`0x${address}`)]);
  }
  if (symbols.length === 0) throw new InputError(`${file} names no symbol.`);
  return symbols;
}

const quote = (line: string): string => JSON.stringify(line.slice(0, LONGEST_QUOTE));
