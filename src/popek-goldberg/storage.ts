/** Storage of machines that relocate: words `0`, `1`, ... of which a program has some, wherever they lie. */
import type { Values } from './state';

/** Words of real storage, and of a program. */
export const REAL_WORDS = 24;
export const PROGRAM_WORDS = 8;

/** What lies in storage that is not the program's: somebody else's words, no two alike. */
const foreign = (address: number): number => 900 + address;

/** Real storage with a program's words (`0` .. `7` of `program`) from `base` on, and its registers (all other names) as they are. */
export function placed(program: Values, base: number): Values {
  const words = Array.from({ length: REAL_WORDS }, (_, address): [string, number] => {
    const own = address - base;
    return [String(address), own >= 0 && own < PROGRAM_WORDS ? (program[own] ?? 0) : foreign(address)];
  });
  return { ...registersOf(program), ...Object.fromEntries(words) };
}

/** What a program at `base` sees of storage: its own words, by its own addresses. */
export function seenFrom(E: Values, base: number): Values {
  const words = Array.from({ length: PROGRAM_WORDS }, (_, own): [string, number] => [`[${own}]`, E[base + own]]);
  return { ...registersOf(E), ...Object.fromEntries(words) };
}

const registersOf = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !/^\d+$/.test(name)));
