/** Two files beside each other: what a student wrote, and the solution. */
import { clip, padEnd } from './style';

export interface Side {
  readonly title: string;
  readonly text: string;
}

/** Below this width two columns of code cannot be read. */
const NARROWEST = 100;
const GAP = ' │ ';

/** Lines of at most `columns`; on a narrow terminal one file follows the other. */
export function sideBySide(left: Side, right: Side, columns: number): string[] {
  if (columns < NARROWEST) return [...linesOf(left), '', ...linesOf(right)].map((line) => clip(line, columns));
  const width = Math.floor((columns - GAP.length) / 2);
  const [lefts, rights] = [linesOf(left), linesOf(right)];
  return Array.from({ length: Math.max(lefts.length, rights.length) }, (_, row) => {
    const cell = (lines: readonly string[]) => clip(lines[row] ?? '', width);
    return `${padEnd(cell(lefts), width)}${GAP}${cell(rights)}`.trimEnd();
  });
}

function linesOf({ title, text }: Side): string[] {
  return [title, '─'.repeat([...title].length), ...text.replaceAll('\t', '  ').trimEnd().split(/\r?\n/)];
}
