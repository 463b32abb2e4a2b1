/** A comparison on the terminal: tables that are as wide as the terminal allows, in several blocks where there are many columns. */
import { numberText, type Comparison, type Section, type Table } from '#course/compare';
import { clip, wrap, type Style } from './style';

const GAP = 2;
/** Labels are cut rather than let a table have no column at all. */
const WIDEST_LABEL = 36;

export function comparisonLines(comparison: Comparison, columns: number, style: Style): string[] {
  const { title, about, sections, leftOut, command } = comparison;
  return [
    style.strong(title),
    ...wrap(about, columns),
    ...sections.flatMap((section) => ['', ...sectionLines(section, columns, style)]),
    ...(leftOut.length > 0 ? ['', ...leftOut.flatMap((sentence) => wrap(sentence, columns))] : []),
    '',
    ...wrap(`Again: ${command}`, columns),
  ];
}

function sectionLines({ title, text, table, measured }: Section, columns: number, style: Style): string[] {
  const unit = table.unit === undefined ? '' : `, ${table.unit}`;
  return [
    `${style.strong(title)}${style.dim(`${unit}${measured ? ' (measured)' : ''}`)}`,
    ...wrap(text, columns, 2).map((line) => style.dim(line)),
    ...tableLines(table, columns, style),
  ];
}

/** A name of two words and more takes as many lines: `trap-and-` above `emulate`. */
const nameLines = (name: string): string[] => name.split(/(?<=-)(?!and-)|(?<= )/);

function tableLines({ head, columns: names, rows }: Table, columns: number, style: Style): string[] {
  const labels = rows.map(({ label, part }) => `${part ? '  ' : ''}${label}`);
  const cells = rows.map(({ values, digits }) => values.map((value) => numberText(value, digits)));
  const heads = names.map(nameLines);
  const widths = names.map((_, i) =>
    Math.max(...[...heads[i], ...cells.map((row) => row[i])].map((text) => text.length)),
  );
  const room = columns - GAP - Math.max(...widths) - GAP;
  const labelWidth = Math.min(WIDEST_LABEL, room, Math.max(...[head, ...labels].map((label) => label.length)));
  const line = (label: string, texts: readonly string[], shown: readonly number[]): string =>
    `  ${clip(label, labelWidth).padEnd(labelWidth)}${shown.map((i, at) => texts[at].padStart(widths[i] + GAP)).join('')}`.trimEnd();
  return blocks(widths, columns - labelWidth - GAP).flatMap((shown, block) => {
    const deepest = Math.max(...shown.map((i) => heads[i].length));
    const headLines = Array.from({ length: deepest }, (_, depth) =>
      line(
        depth === deepest - 1 ? head : '',
        shown.map((i) => heads[i][depth - deepest + heads[i].length] ?? ''),
        shown,
      ),
    );
    const body = rows.map((_, r) =>
      line(
        labels[r],
        shown.map((i) => cells[r][i]),
        shown,
      ),
    );
    return [...(block > 0 ? [''] : []), ...headLines.map((text) => style.dim(text)), ...body];
  });
}

/** Which columns stand beside each other: as many as fit, at least one. */
function blocks(widths: readonly number[], room: number): number[][] {
  const result: number[][] = [];
  let left = 0;
  widths.forEach((width, i) => {
    if (result.length === 0 || left < width + GAP) {
      result.push([]);
      left = room;
    }
    result[result.length - 1].push(i);
    left -= width + GAP;
  });
  return result;
}
