/** A comparison as one HTML page that needs nothing else: no script, no network, no other file. */
import fs from 'node:fs';
import path from 'node:path';
import Handlebars from 'handlebars';
import { escapeHtml } from '../site/html';
import { packageRoot } from '../workspace';
import { numberText, type Comparison, type Section } from './comparison';
import { mark, plot, SERIES } from './plot';

/** SVG units: on a phone, and on everything larger. The page shows one of the two. */
const WIDTHS = { narrow: 340, wide: 680 } as const;

export function comparisonPage(comparison: Comparison): string {
  const template = Handlebars.compile<object>(read('templates', 'compare.hbs'), { strict: true });
  return template({
    ...comparison,
    css: read('assets', 'pictures.css') + read('assets', 'compare.css'),
    sections: comparison.sections.map(sectionView),
    hasLeftOut: comparison.leftOut.length > 0,
  });
}

const LEGEND_STEP = 20;
const TITLE = 34;
const GAP = 28;
const MARGIN = 16;

/** The pictures of sections, one below the other, as one SVG file that needs nothing else. */
export function pictureFile(sections: readonly Section[]): string {
  const width = WIDTHS.wide;
  let top = MARGIN;
  const drawn = sections.map((section, i) => {
    const picture = plot(section, { id: `picture-${i + 1}`, width });
    const { height, marks } = titled(section, picture);
    const placed = `<g transform="translate(${MARGIN} ${top})">${marks}</g>`;
    top += height + GAP;
    return placed;
  });
  const [w, h] = [width + 2 * MARGIN, top - GAP + MARGIN];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" style="background: var(--paper); font-family: sans-serif">\n` +
    `<style>\n${read('assets', 'pictures.css')}</style>\n${drawn.join('\n')}\n</svg>\n`
  );
}

/** A picture with its title above it and its legend below. */
function titled(section: Section, picture: string): { height: number; marks: string } {
  const [, drawnHeight] = /viewBox="0 0 \d+ (\d+)"/.exec(picture) ?? [];
  const height = Number(drawnHeight);
  const names = legend(section).map(
    ({ name, series, mark: shape }, i) =>
      `<g transform="translate(8 ${TITLE + height + LEGEND_STEP * (i + 1)})"><g class="s${series}">${shape}</g>` +
      `<text x="14" y="4">${escapeHtml(name)}</text></g>`,
  );
  const { title, table } = section;
  const words = escapeHtml(table.unit === undefined ? title : `${title}, ${table.unit}`);
  const sized = picture.replace('<svg ', `<svg width="${WIDTHS.wide}" height="${height}" `);
  return {
    height: TITLE + height + LEGEND_STEP * (names.length + 1),
    marks: `<text y="14" style="font-size: 16px">${words}</text><g transform="translate(0 ${TITLE})">${sized}</g>${names.join('')}`,
  };
}

function read(...names: string[]): string {
  return fs.readFileSync(path.join(packageRoot(__filename), 'src/course/compare', ...names), 'utf8');
}

function sectionView(section: Section, number: number): object {
  const { title, text, table, drawnAs, measured = false } = section;
  const id = `section-${number + 1}`;
  return {
    id,
    title,
    text,
    measured,
    unit: table.unit ?? '',
    picture: drawnAs !== undefined && {
      wide: plot(section, { id: `${id}-wide`, width: WIDTHS.wide }),
      narrow: plot(section, { id: `${id}-narrow`, width: WIDTHS.narrow }),
      legend: legend(section),
    },
    head: table.head,
    columns: table.columns,
    rows: table.rows.map(({ label, part = false, values, digits }) => ({
      label,
      part,
      cells: values.map((value) => numberText(value, digits)),
    })),
  };
}

/** Parts of bars are rows, lines are columns. */
function legend({ table, drawnAs }: Section): { name: string; series: number; mark: string }[] {
  const names = drawnAs === 'lines' ? table.columns : table.rows.map(({ label }) => label);
  return names.map((name, i) => ({
    name,
    series: i % SERIES,
    mark: drawnAs === 'lines' ? mark(i) : '<rect x="-6" y="-6" width="12" height="12"/>',
  }));
}
