/** The course as a map: lessons in columns by what they need, drawn as SVG with a link for every lesson that can be read. */
import { folderOf, type Lesson } from '../manifest';
import { escapeHtml } from './html';
import { layered, type Point } from './layered';

const BOX = { width: 156, height: 66 };
const GAP = { x: 40, y: 20 };
const MARGIN = 6;

export type LessonState = 'yours' | 'next' | 'ready' | 'later';

export interface MapEntry {
  readonly lesson: Lesson;
  readonly state: LessonState;
  /** The lesson's page, if it has one. */
  readonly href?: string;
}

/** The whole map as one SVG element. */
export function courseMap(entries: readonly MapEntry[]): string {
  const needs = new Map(entries.map(({ lesson }) => [lesson.slug, lesson.needs]));
  const { places, edges, columns, rows } = layered(needs);
  const at = (place: Point): Point => ({ x: place.x * (BOX.width + GAP.x), y: place.y * (BOX.height + GAP.y) });
  const lines = edges.map(({ from, to, via }) => edge([at(from), ...via.map(at), at(to)]));
  const nodes = entries.map((entry) => node(entry, at(places.get(entry.lesson.slug) ?? { x: 0, y: 0 })));
  const width = columns * (BOX.width + GAP.x) - GAP.x;
  const height = rows * (BOX.height + GAP.y) - GAP.y;
  const box = `${-MARGIN} ${-MARGIN} ${width + 2 * MARGIN} ${Math.ceil(height + 2 * MARGIN)}`;
  return `<svg class="map" viewBox="${box}" role="group" aria-label="Map of the course: lessons from left to right, each with lines from the lessons it needs"><g class="edges" aria-hidden="true">${lines.join('')}</g>${nodes.join('')}</svg>`;
}

/** A line from the right side of the first box through the gaps that were left for it to the left side of the last box. */
function edge(boxes: readonly Point[]): string {
  const middle = BOX.height / 2;
  const [from, ...others] = boxes;
  let path = `M${from.x + BOX.width} ${round(from.y + middle)}`;
  let last = { x: from.x + BOX.width, y: from.y };
  others.forEach((box, index) => {
    path += curve({ x: last.x, y: last.y + middle }, { x: box.x, y: box.y + middle });
    last = box;
    if (index < others.length - 1) {
      path += `H${box.x + BOX.width}`;
      last = { x: box.x + BOX.width, y: box.y };
    }
  });
  return `<path d="${path}"/>`;
}

function curve(from: Point, to: Point): string {
  const bend = (to.x - from.x) / 2;
  return ` C${round(from.x + bend)} ${round(from.y)} ${round(to.x - bend)} ${round(to.y)} ${round(to.x)} ${round(to.y)} `;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

const STATES: Readonly<Record<LessonState, string>> = {
  yours: 'yours',
  next: 'next',
  ready: 'ready to read',
  later: 'comes later',
};

function node({ lesson, state, href }: MapEntry, { x, y }: Point): string {
  const [first, second] = twoLines(lesson.title);
  const number = String(lesson.number).padStart(2, '0');
  const line = (text: string, down: number, kind = ''): string =>
    `<text x="${x + 12}" y="${round(y + down)}"${kind}>${escapeHtml(text)}</text>`;
  const text = [line(number, 19, ' class="number"'), line(first, 38), line(second, 54)].join(' ');
  const box = `<rect x="${x}" y="${round(y)}" width="${BOX.width}" height="${BOX.height}" rx="6"/>${text}`;
  const name = escapeHtml(`${number} ${lesson.title} (${STATES[state]})`);
  if (href === undefined) return `<g class="${state}" role="img" aria-label="${name}">${box}</g>`;
  return `<a class="${state}" href="${href}" data-lesson="${folderOf(lesson)}">${box}</a>`;
}

/** A title in at most two lines that fit the box. */
function twoLines(title: string): [string, string] {
  const room = 17;
  let first = '';
  const words = title.split(' ');
  while (words.length > 0 && (first === '' || first.length + 1 + words[0].length <= room))
    first = `${first} ${words.shift()}`.trim();
  const second = words.join(' ');
  return [first, second.length > room + 1 ? `${second.slice(0, room - 1).trimEnd()}…` : second];
}
