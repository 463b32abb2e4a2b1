/** The page tables of both stages as trees that open: the guest's own, and the one below it. */
import { pathTo, treeRows, type Stage, type TreeRow } from '#course/step';
import { clip } from '../style';
import { hex, windowAround, type Drawn } from './view';
import type { StepSession } from './session';

const TITLES: Readonly<Record<Stage['kind'], string>> = {
  guest: "the guest's table",
  shadow: 'its shadow, walked instead',
  'g-stage': 'the second stage',
  shared: "the guest's table",
};

/** What a line of the view stands for. */
export interface TableLine {
  readonly text: string;
  /** Missing in a title. */
  readonly row?: TreeRow;
}

export function tableLines({ session, now, style, columns, rows }: Drawn): string[] {
  const lines = linesOf(session, now.stages, now.pc);
  const chosen = Math.min(session.cursor, lines.length - 1);
  const drawn = lines.map(({ text, row }, i) => {
    const line = clip(`${i === chosen ? '>' : ' '}${text}`, columns);
    return i === chosen ? style.strong(line) : row ? line : style.dim(line);
  });
  return [...windowAround(drawn, chosen, rows)];
}

/** All lines, with what is open opened. Entries on the way to the pc have a star. */
export function linesOf({ open }: StepSession, stages: readonly Stage[], pc: bigint): TableLine[] {
  return stages.flatMap((stage) => {
    const onTheWay = new Set(stage.kind === 'g-stage' ? [] : pathTo(stage, pc));
    const rows = treeRows(stage, open);
    return [{ text: titleOf(stage, rows.length) }, ...rows.map((row) => ({ row, text: rowText(row, onTheWay) }))];
  });
}

function titleOf({ kind, register, atp, scheme, root, leadsTo }: Stage, rows: number): string {
  const title = `${TITLES[kind]}: ${register} = ${hex(atp)}`;
  if (!scheme) return kind === 'shadow' ? `${title}, none yet` : `${title}, no translation`;
  return `${title}, ${scheme.name}, ${leadsTo} ${hex(root)}${rows === 0 ? ', empty' : ''}`;
}

function rowText(
  { depth, kind, open, index, lastIndex, from, to, target, rights, span, key }: TreeRow,
  way: ReadonlySet<string>,
): string {
  const mark = kind === 'table' ? (open ? '▾' : '▸') : ' ';
  const place = index === lastIndex ? `[${index}]` : `[${index}-${lastIndex}]`;
  const head = `${'  '.repeat(depth)}${mark}${way.has(key) ? '*' : ' '}${place} ${hex(from)}-${hex(to)}`;
  if (kind === 'table') return `${head}  table at ${hex(target)}`;
  if (kind === 'invalid') return `${head}  not valid: ${rights}, ${hex(target)}`;
  const count = lastIndex - index + 1;
  return `${head}  -> ${hex(target)}  ${rights}  ${count === 1 ? '' : `${count} x `}${sizeText(span)}`;
}

const UNITS = ['', 'KiB', 'MiB', 'GiB', 'TiB'];

function sizeText(bytes: bigint): string {
  const unit = Math.floor((bytes.toString(2).length - 1) / 10);
  return `${bytes >> BigInt(10 * unit)} ${UNITS[unit]}`;
}
