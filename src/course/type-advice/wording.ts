/** Lists of names in sentences. */
import { didYouMean } from '../nearest';

/** More than these make a list that nobody reads. */
const MOST_LISTED = 14;
/** Shorter words are near to everything. */
const SHORTEST_MEANT = 3;

/** `'a', 'b' or 'c'`; cut where there are very many. */
export function alternatives(names: readonly string[], quote: "'" | '`' = "'"): string {
  const shown = names.slice(0, MOST_LISTED).map((name) => `${quote}${name}${quote}`);
  if (names.length > shown.length) return `${shown.join(', ')} and ${names.length - shown.length} more`;
  return shown.length === 1 ? shown[0] : `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`;
}

export const andList = (names: readonly string[]): string =>
  alternatives(names, '`').replace(/ or (?=`[^`]*`$)/, ' and ');

/** ` Did you mean ...?` in the quotes of code, or nothing. */
export const meant = (word: string, known: readonly string[], quote: "'" | '`' = '`'): string =>
  didYouMean(
    word,
    known.filter((one) => one.length >= SHORTEST_MEANT),
  ).replace(/"(.*)"/, `${quote}$1${quote}`);

/** The text of a number or of an expression as a bigint: `4n`, `BigInt(n)`. */
export const asBigint = (text: string): string =>
  /^(?:\d[\d_]*|0[xb][\da-f_]+)$/i.test(text) ? `${text}n` : `BigInt(${text})`;
