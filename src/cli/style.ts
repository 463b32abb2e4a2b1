/** Colours by meaning, and text that fits the terminal. */
import pico from 'picocolors';

export interface Style {
  good(text: string): string;
  bad(text: string): string;
  strong(text: string): string;
  dim(text: string): string;
  key(text: string): string;
}

export function styleFor(colour: boolean): Style {
  const paint = pico.createColors(colour);
  return {
    good: paint.green,
    bad: paint.red,
    strong: paint.bold,
    dim: paint.dim,
    key: (text) => paint.bold(paint.cyan(text)),
  };
}

// oxlint-disable-next-line no-control-regex
const ESCAPES = /\x1b\[[0-9;]*m/g;

/** Columns that a text takes; its colours take none. */
export function widthOf(text: string): number {
  return [...plain(text)].length;
}

/** The text without its colours. */
export const plain = (text: string): string => text.replace(ESCAPES, '');

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** Cuts a text without escapes to a width, with an ellipsis where something is missing. */
export function clip(text: string, width: number): string {
  const letters = [...text];
  return letters.length <= width ? text : `${letters.slice(0, Math.max(0, width - 1)).join('')}…`;
}

const NARROWEST = 20;

/** Lines of at most `columns`, each after `indent` spaces; words that are longer than a line are left whole. Existing indentation is kept. */
export function wrap(text: string, columns: number, indent = 0): string[] {
  const width = Math.max(NARROWEST, columns - indent);
  return text
    .split('\n')
    .flatMap((line) => wrapLine(line, width).map((part) => (part === '' ? '' : ' '.repeat(indent) + part)));
}

/** Spaces between words stay as they are where they do not fall on a break: columns remain columns. */
function wrapLine(line: string, width: number): string[] {
  if (widthOf(line) <= width) return [line];
  const lead = /^ */.exec(line)![0];
  const lines: string[] = [];
  let current = lead;
  for (const [, space, word] of line.slice(lead.length).matchAll(/( *)([^ ]+)/g)) {
    if (current !== lead && widthOf(current) + space.length + widthOf(word) > width) {
      lines.push(current);
      current = lead + word;
    } else {
      current += space + word;
    }
  }
  return [...lines, current];
}

/** Puts texts beside each other with two spaces between them, into as many lines as it takes. */
export function flow(texts: readonly string[], columns: number, indent = 2): string[] {
  const lines: string[] = [];
  for (const text of texts) {
    const last = lines[lines.length - 1];
    if (last !== undefined && widthOf(last) + 2 + widthOf(text) <= columns)
      lines[lines.length - 1] = `${last}  ${text}`;
    else lines.push(' '.repeat(indent) + text);
  }
  return lines;
}
