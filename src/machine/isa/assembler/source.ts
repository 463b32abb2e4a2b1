/** Splits source text into statements: comments, labels, mnemonics and operands. Syntax of GNU as for RISC-V. */
import { Mistake, type SourceLine } from './program';

export interface Statement {
  /** Labels in front, without the colon; `1` for a numeric local one. */
  readonly labels: readonly string[];
  /** A mnemonic, a directive (with its dot) or a macro; empty if there are labels only. */
  readonly name: string;
  /** All that follows the name. */
  readonly rest: string;
}

/** A string, a character, a comment of either kind, or a separator. */
const NOTABLE = /"(?:\\.|[^"\\])*"|'(?:\\.[^']*|[^'\\])'|\/\*[^]*?(?:\*\/|$)|(?:#|\/\/)[^\n]*/g;

/** The statements of a file as text, one each: comments are gone, and `;` has separated what stood on one line. */
export function statementTexts(source: string, file: string): SourceLine[] {
  const isComment = (piece: string) => /^(?:#|\/\/|\/\*)/.test(piece);
  const bare = source.replaceAll(NOTABLE, (piece) => (isComment(piece) ? ` ${piece.replaceAll(/[^\n]/g, '')}` : piece));
  return bare
    .split('\n')
    .flatMap((line, i) => splitOutsideQuotes(line, ';').map((text) => ({ file, line: i + 1, text: text.trim() })))
    .filter(({ text }) => text !== '');
}

const LABEL = /^\s*([A-Za-z_.$][\w.$]*|\d+)\s*:/;
const NAME = /^([A-Za-z_.$][\w.$]*)\s*(.*)$/;

/** Reads one statement. */
export function parseStatement(text: string): Statement {
  const labels: string[] = [];
  let rest = text;
  for (let label = LABEL.exec(rest); label; label = LABEL.exec(rest)) {
    labels.push(label[1]);
    rest = rest.slice(label[0].length);
  }
  rest = rest.trim();
  if (rest === '') return { labels, name: '', rest };
  const found = NAME.exec(rest);
  if (!found) throw new Mistake(`"${rest}" is neither an instruction nor a directive`);
  return { labels, name: found[1], rest: found[2].trim() };
}

/** `a, (b, c), "d,"` as three operands; no operands in an empty text. */
export const operandsOf = (text: string): string[] =>
  text.trim() === '' ? [] : splitOutsideQuotes(text, ',').map((operand) => operand.trim());

/** Splits at a character that stands outside of strings, character literals and parentheses. */
function splitOutsideQuotes(text: string, separator: string): string[] {
  if (!/["'(]/.test(text)) return text.split(separator);
  const parts = [''];
  let depth = 0;
  for (const [piece] of text.matchAll(/"(?:\\.|[^"\\])*"|'(?:\\.[^']*|[^'\\])'|[^"'(),;]+|[^]/g)) {
    if (piece === '(') depth++;
    if (piece === ')') depth--;
    if (piece === separator && depth <= 0) parts.push('');
    else parts[parts.length - 1] += piece;
  }
  return parts;
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, b: 8, f: 12, v: 11, a: 7, e: 27 };

/** The bytes of what stands between quotes: UTF-8, with the escapes of C. */
export function unescape(text: string): number[] {
  const bytes: number[] = [];
  for (const [piece, escape] of text.matchAll(/\\(x[0-9A-Fa-f]+|[0-7]{1,3}|[^])|[^\\]+/g)) {
    if (escape === undefined) bytes.push(...new TextEncoder().encode(piece));
    else if (/^x./.test(escape)) bytes.push(Number.parseInt(escape.slice(1), 16) & 0xff);
    else if (/^[0-7]/.test(escape)) bytes.push(Number.parseInt(escape, 8) & 0xff);
    else bytes.push(ESCAPES[escape] ?? escape.charCodeAt(0));
  }
  return bytes;
}

/** The bytes of a string literal with its quotes. */
export function stringLiteral(text: string): number[] {
  if (!/^"(?:\\.|[^"\\])*"$/.test(text)) throw new Mistake(`${text || 'nothing'} stands where a "string" is expected`);
  return unescape(text.slice(1, -1));
}
