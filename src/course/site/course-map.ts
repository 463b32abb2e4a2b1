/** The course as a map: lessons in columns by what they need, drawn as SVG with a link for every lesson that can be read. */
import { folderOf, type Lesson } from '../manifest';
import { escapeHtml } from './html';

const BOX = { width: 148, height: 66 };
const GAP = { x: 34, y: 22 };
const MARGIN = 6;

export type LessonState = 'yours' | 'next' | 'ready' | 'later';

export interface MapEntry {
  readonly lesson: Lesson;
  readonly state: LessonState;
  /** The lesson's page, if it has one. */
  readonly href?: string;
}

interface Placed extends MapEntry {
  readonly x: number;
  readonly y: number;
}

/** The whole map as one SVG element. */
export function courseMap(entries: readonly MapEntry[]): string {
  const columns = intoColumns(entries);
  const tallest = Math.max(...columns.map((column) => column.length));
  const height = tallest * (BOX.height + GAP.y) - GAP.y;
  const placed = columns.flatMap((column, index) => placeColumn(column, index, height));
  const bySlug = new Map(placed.map((entry) => [entry.lesson.slug, entry]));
  const lines = placed.flatMap((entry) => entry.lesson.needs.map((need) => edge(bySlug.get(need) as Placed, entry)));
  const width = columns.length * (BOX.width + GAP.x) - GAP.x;
  const box = `${-MARGIN} ${-MARGIN} ${width + 2 * MARGIN} ${height + 2 * MARGIN}`;
  return `<svg class="map" viewBox="${box}" role="group" aria-label="Map of the course: lessons from left to right, each with lines from the lessons it needs"><g class="edges" aria-hidden="true">${lines.join('')}</g>${placed.map(node).join('')}</svg>`;
}

/** How many lessons must be done one after the other before this one. */
function depths(entries: readonly MapEntry[]): ReadonlyMap<string, number> {
  const depth = new Map<string, number>();
  for (const { lesson } of entries) {
    depth.set(
      lesson.slug,
      lesson.needs.length === 0 ? 0 : 1 + Math.max(...lesson.needs.map((need) => depth.get(need) ?? 0)),
    );
  }
  return depth;
}

/** Columns by depth; inside a column each lesson stands near the lessons that it needs. */
function intoColumns(entries: readonly MapEntry[]): MapEntry[][] {
  const depth = depths(entries);
  const columns: MapEntry[][] = [];
  const height = new Map<string, number>();
  for (const entry of entries) (columns[depth.get(entry.lesson.slug) ?? 0] ??= []).push(entry);
  for (const column of columns) {
    const wanted = (entry: MapEntry): number => average(entry.lesson.needs.map((need) => height.get(need) ?? 0));
    column.sort((a, b) => wanted(a) - wanted(b) || a.lesson.number - b.lesson.number);
    column.forEach((entry, index) => height.set(entry.lesson.slug, (index + 0.5) / column.length));
  }
  return columns;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function placeColumn(column: readonly MapEntry[], index: number, height: number): Placed[] {
  const used = column.length * (BOX.height + GAP.y) - GAP.y;
  const top = (height - used) / 2;
  return column.map((entry, row) => ({
    ...entry,
    x: index * (BOX.width + GAP.x),
    y: top + row * (BOX.height + GAP.y),
  }));
}

function edge(from: Placed, to: Placed): string {
  const [x1, y1] = [from.x + BOX.width, from.y + BOX.height / 2];
  const [x2, y2] = [to.x, to.y + BOX.height / 2];
  const bend = Math.min(GAP.x, (x2 - x1) / 2);
  return `<path d="M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}"/>`;
}

const STATES: Readonly<Record<LessonState, string>> = {
  yours: 'yours',
  next: 'next',
  ready: 'ready to read',
  later: 'comes later',
};

function node({ lesson, state, href, x, y }: Placed): string {
  const [first, second] = twoLines(lesson.title);
  const number = String(lesson.number).padStart(2, '0');
  const text = `<text x="${x + 12}" y="${y + 19}" class="number">${number}</text><text x="${x + 12}" y="${y + 38}">${escapeHtml(first)}</text><text x="${x + 12}" y="${y + 54}">${escapeHtml(second)}</text>`;
  const box = `<rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="6"/>${text}`;
  const name = escapeHtml(`${number} ${lesson.title} (${STATES[state]})`);
  if (href === undefined) return `<g class="${state}" role="img" aria-label="${name}">${box}</g>`;
  return `<a class="${state}" href="${href}" aria-label="${name}" data-lesson="${folderOf(lesson)}">${box}</a>`;
}

/** A title in at most two lines that fit the box. */
function twoLines(title: string): [string, string] {
  const room = 19;
  let first = '';
  const words = title.split(' ');
  while (words.length > 0 && (first === '' || first.length + 1 + words[0].length <= room))
    first = `${first} ${words.shift()}`.trim();
  const second = words.join(' ');
  return [first, second.length > room + 1 ? `${second.slice(0, room - 1).trimEnd()}…` : second];
}
