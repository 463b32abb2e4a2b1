/** Pictures of tables as SVG, without scripts: bars made of parts, and lines over a scale. Colours are the page's (classes `s0` .. `s7`), so they follow its scheme. */
import { escapeHtml } from '../site/html';
import { numberText, type Section } from './comparison';

/** Series beyond this many look like the first ones again; titles and tables still tell them apart. */
export const SERIES = 8;

export interface PlotOptions {
  /** Unique in the page. */
  readonly id: string;
  /** Pixels at which text is as large as the page's small print. */
  readonly width: number;
}

/** The picture of a section that has one. Its title and description are the section's own; the table stands beside it. */
export function plot(section: Section, options: PlotOptions): string {
  const drawing = section.drawnAs === 'lines' ? lines(section, options) : bars(section, options);
  const { id, width } = options;
  const { title, text, table } = section;
  return (
    `<svg viewBox="0 0 ${width} ${drawing.height}" role="img" aria-labelledby="${id}-title ${id}-desc" xmlns="http://www.w3.org/2000/svg">` +
    `<title id="${id}-title">${escapeHtml(title + (table.unit ? `, ${table.unit}` : ''))}</title>` +
    `<desc id="${id}-desc">${escapeHtml(`${text} The table below has the same numbers.`)}</desc>` +
    `${drawing.marks}</svg>`
  );
}

interface Drawing {
  readonly height: number;
  readonly marks: string;
}

const BAR = 22;
const BAR_STEP = 58;

/** One bar a column, over its name and sum; one part a row. */
function bars({ table }: Section, { width }: PlotOptions): Drawing {
  const sums = table.columns.map((_, i) => table.rows.reduce((sum, { values }) => sum + (values[i] ?? 0), 0));
  const scale = width / Math.max(1, ...sums);
  const marks = table.columns.map((name, i) => {
    const top = i * BAR_STEP;
    let left = 0;
    const parts = table.rows.map(({ label, values }, series) => {
      const part = (values[i] ?? 0) * scale;
      const at = left;
      left += part;
      const said = escapeHtml(`${name}: ${label} ${numberText(values[i])}`);
      return part === 0
        ? ''
        : `<rect class="s${series % SERIES}" x="${fixed(at)}" y="${top + 20}" width="${fixed(part)}" height="${BAR}"><title>${said}</title></rect>`;
    });
    return `<text x="0" y="${top + 13}">${escapeHtml(name)} <tspan class="quiet">${numberText(sums[i])}</tspan></text>${parts.join('')}`;
  });
  return { height: table.columns.length * BAR_STEP - 8, marks: marks.join('') };
}

const FRAME = { left: 46, right: 24, top: 12, bottom: 40, height: 300 };

/** One line a column over the rows, whose labels begin with a number. Values far apart get a logarithmic scale. */
function lines({ table, scale }: Section, { width }: PlotOptions): Drawing {
  const xs = table.rows.map(({ label }) => Number.parseFloat(label));
  const values = table.rows.flatMap((row) => row.values).filter((value) => value !== undefined);
  const bottom = FRAME.height - FRAME.bottom;
  const x = between(Math.min(...xs), Math.max(...xs), FRAME.left, width - FRAME.right);
  const { ticks, y } = verticalScale(values, bottom, scale === 'linear');
  const grid = ticks.map(
    (tick) =>
      `<line class="grid" x1="${FRAME.left}" x2="${width - FRAME.right}" y1="${fixed(y(tick))}" y2="${fixed(y(tick))}"/>` +
      `<text class="quiet" text-anchor="end" x="${FRAME.left - 8}" y="${fixed(y(tick) + 4)}">${tickText(tick)}</text>`,
  );
  const apart = width / 12;
  let last = -Infinity;
  const labels = table.rows.map(({ label }, i) => {
    if (x(xs[i]) - last < apart) return '';
    last = x(xs[i]);
    return `<text class="quiet" text-anchor="middle" x="${fixed(last)}" y="${bottom + 18}">${escapeHtml(label)}</text>`;
  });
  const drawn = table.columns.map((name, series) => {
    const points = table.rows.flatMap(({ label, values: row, digits }, i): Point[] => {
      const value = row[series];
      return value === undefined
        ? []
        : [{ x: x(xs[i]), y: y(value), said: `${name}, ${label}: ${numberText(value, digits)}` }];
    });
    return lineOf(points, series);
  });
  const head = `<text class="quiet" text-anchor="middle" x="${(FRAME.left + width) / 2}" y="${FRAME.height - 4}">${escapeHtml(table.head)}</text>`;
  return { height: FRAME.height, marks: [...grid, ...labels, head, ...drawn].join('') };
}

interface Point {
  readonly x: number;
  readonly y: number;
  /** What it shows when one points at it. */
  readonly said: string;
}

/** The line, and a mark at each point that says the value; every series has marks of its own, for those who see no colours. */
function lineOf(points: readonly Point[], series: number): string {
  const path = points.map((point) => `${fixed(point.x)},${fixed(point.y)}`).join(' ');
  const marks = points.map(
    (point) =>
      `<g transform="translate(${fixed(point.x)} ${fixed(point.y)})"><title>${escapeHtml(point.said)}</title>${mark(series)}</g>`,
  );
  return `<g class="s${series % SERIES}"><polyline points="${path}"/>${marks.join('')}</g>`;
}

const MARKS = [
  '<circle r="4"/>',
  '<rect x="-4" y="-4" width="8" height="8"/>',
  '<path d="M0-5 5 4H-5Z"/>',
  '<path d="M0-6 6 0 0 6-6 0Z"/>',
];

/** The mark of a series, around the origin. */
export const mark = (series: number): string => MARKS[series % MARKS.length];

interface Scale {
  readonly ticks: readonly number[];
  y(value: number): number;
}

/** From the bottom of the frame to its top: logarithmic, if it may be, where all values are positive and the largest is 20 times the least. */
function verticalScale(values: readonly number[], bottom: number, isLinear: boolean): Scale {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (!isLinear && least > 0 && most / least > 20) {
    const from = 10 ** Math.floor(Math.log10(least));
    const to = [1, 2, 5, 10].map((n) => n * 10 ** Math.floor(Math.log10(most))).find((each) => each >= most)!;
    const scale = between(Math.log10(from), Math.log10(to), bottom, FRAME.top);
    const ticks = [];
    for (let decade = from; decade <= to; decade *= 10) ticks.push(...[1, 2, 5].map((n) => n * decade));
    return { ticks: ticks.filter((tick) => tick <= to), y: (value) => scale(Math.log10(value)) };
  }
  const step = niceStep(most / 5 || 1);
  const count = Math.ceil(most / step) || 1;
  return {
    ticks: Array.from({ length: count + 1 }, (_, i) => i * step),
    y: between(0, count * step, bottom, FRAME.top),
  };
}

/** 1, 2 or 5 times a power of ten, at least `least`. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((n) => n * power).find((each) => each >= least * 0.999)!;
}

const tickText = (tick: number): string => numberText(tick, tick % 1 === 0 ? 0 : tick < 0.1 ? 2 : 1);

/** The linear map from one interval to another. */
const between =
  (from: number, to: number, low: number, high: number) =>
  (value: number): number =>
    low + ((value - from) / (to - from || 1)) * (high - low);

const fixed = (value: number): string => String(Math.round(value * 10) / 10);
