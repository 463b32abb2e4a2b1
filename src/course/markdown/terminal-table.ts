/** Tables in the terminal: columns shrunk to the width, or a list of labelled values where there is no room for columns. */
import { lengthOf, visibleLength, wrap, type Paint, type Run } from './styled';

const GAP = '  ';

/** Lines of a table whose first row is its head. Every cell is a list of runs. */
export function tableLines(rows: readonly (readonly Run[][])[], width: number, paint: Paint): string[] {
  const [head, ...body] = rows;
  const natural = head.map((_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? []))));
  const room = width - GAP.length * (head.length - 1);
  const widths = shrink(natural, room);
  const longestWord = head.map((_, column) => Math.max(...rows.map((row) => wordWidthOf(row[column] ?? []))));
  if (widths.some((wide, column) => wide < longestWord[column])) return asList(head, body, width, paint);
  const rule = widths.map((wide) => paint('─'.repeat(wide), 'dim')).join(GAP);
  const bold = head.map((cell) => cell.map((run): Run => ({ ...run, style: 'strong' })));
  return [...rowLines(bold, widths, paint), rule, ...body.flatMap((row) => rowLines(row, widths, paint))];
}

function widthOf(cell: readonly Run[]): number {
  return cell.reduce((sum, run) => sum + lengthOf(run.text), 0);
}

function wordWidthOf(cell: readonly Run[]): number {
  const words = cell
    .map((run) => run.text)
    .join('')
    .split(/\s+/);
  return Math.max(...words.map(lengthOf));
}

/** Takes what is too much from the widest columns. */
function shrink(natural: readonly number[], room: number): number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, wide) => sum + wide, 0) - room;
  for (; excess > 0 && Math.max(...widths) > 0; excess--) widths[widths.indexOf(Math.max(...widths))]--;
  return widths;
}

function rowLines(row: readonly (readonly Run[])[], widths: readonly number[], paint: Paint): string[] {
  const cells = widths.map((wide, column) => wrap(row[column] ?? [], wide, paint));
  const height = Math.max(...cells.map((cell) => cell.length));
  return Array.from({ length: height }, (_, line) =>
    cells
      .map((cell, column) => padded(cell[line] ?? '', widths[column]))
      .join(GAP)
      .trimEnd(),
  );
}

function padded(line: string, width: number): string {
  return line + ' '.repeat(Math.max(0, width - visibleLength(line)));
}

function asList(head: readonly Run[][], body: readonly (readonly Run[][])[], width: number, paint: Paint): string[] {
  return body.flatMap((row, index) => [
    ...(index > 0 ? [''] : []),
    ...head.flatMap((label, column) => {
      const runs: Run[] = [
        ...label.map((run): Run => ({ ...run, style: 'strong' })),
        { text: ': ', style: 'plain' },
        ...(row[column] ?? []),
      ];
      return wrap(runs, width, paint);
    }),
  ]);
}
