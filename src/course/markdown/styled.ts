/** Text with styles for the terminal: words that know how they look, wrapped to a width that counts only what is seen. */
import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';

export type Style = 'plain' | 'strong' | 'emphasis' | 'code' | 'link' | 'dim' | 'heading' | 'good' | 'bad';
export type Paint = (text: string, style: Style) => string;

export interface Run {
  readonly text: string;
  readonly style: Style;
}

/** A painter that writes ANSI codes, or one that writes none. */
export function painter(color: boolean): Paint {
  const { bold, italic, cyan, underline, dim, green, red } = pc.createColors(color);
  const styles: Readonly<Record<Style, (text: string) => string>> = {
    plain: (text) => text,
    strong: bold,
    emphasis: italic,
    code: cyan,
    link: underline,
    dim,
    heading: (text) => bold(underline(text)),
    good: green,
    bad: red,
  };
  return (text, style) => styles[style](text);
}

/** One piece that must not be broken: styled parts without a space between them. */
interface Word {
  readonly parts: Run[];
  width: number;
}

/** Breaks runs into lines of at most `width` characters; a longer word is cut. A newline in a run breaks the line. */
export function wrap(runs: readonly Run[], width: number, paint: Paint): string[] {
  const lines: string[] = [];
  let line: string[] = [];
  let used = 0;
  const finish = (): void => {
    lines.push(line.join(' '));
    line = [];
    used = 0;
  };
  for (const word of wordsOf(runs, Math.max(width, 8))) {
    if (word === 'newline') finish();
    else {
      if (line.length > 0 && used + 1 + word.width > width) finish();
      used += word.width + (line.length > 0 ? 1 : 0);
      line.push(word.parts.map((part) => paint(part.text, part.style)).join(''));
    }
  }
  if (line.length > 0 || lines.length === 0) finish();
  return lines;
}

function wordsOf(runs: readonly Run[], width: number): (Word | 'newline')[] {
  const words: (Word | 'newline')[] = [];
  let open: Word | undefined;
  const close = (): void => {
    if (open) words.push(...cut(open, width));
    open = undefined;
  };
  for (const run of runs) {
    for (const piece of run.text.split(/(\s+)/)) {
      if (piece === '') continue;
      if (/^\s/.test(piece)) {
        close();
        if (piece.includes('\n')) words.push('newline');
        continue;
      }
      open ??= { parts: [], width: 0 };
      open.parts.push({ text: piece, style: run.style });
      open.width += lengthOf(piece);
    }
  }
  close();
  return words;
}

/** A word that is longer than a line, in pieces that fit. */
function cut(word: Word, width: number): Word[] {
  if (word.width <= width) return [word];
  const pieces: Word[] = [{ parts: [], width: 0 }];
  for (const part of word.parts) {
    for (const character of part.text) {
      let last = pieces[pieces.length - 1];
      if (last.width === width) pieces.push((last = { parts: [], width: 0 }));
      const open = last.parts.at(-1);
      if (open?.style === part.style)
        last.parts[last.parts.length - 1] = { text: open.text + character, style: part.style };
      else last.parts.push({ text: character, style: part.style });
      last.width++;
    }
  }
  return pieces;
}

/** Characters as people count them (a pair of UTF-16 surrogates is one). */
export function lengthOf(text: string): number {
  return [...text].length;
}

/** The length of a painted line without its ANSI codes. */
export function visibleLength(line: string): number {
  return lengthOf(stripVTControlCharacters(line));
}
