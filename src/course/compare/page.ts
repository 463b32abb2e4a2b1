/** A comparison as one HTML page that needs nothing else: no script, no network, no other file. */
import fs from 'node:fs';
import path from 'node:path';
import Handlebars from 'handlebars';
import { packageRoot } from '../workspace';
import { numberText, type Comparison, type Section } from './comparison';
import { mark, plot, SERIES } from './plot';

/** SVG units: on a phone, and on everything larger. The page shows one of the two. */
const WIDTHS = { narrow: 340, wide: 680 } as const;

export function comparisonPage(comparison: Comparison): string {
  const folder = path.join(packageRoot(__filename), 'src/course/compare');
  const read = (...names: string[]): string => fs.readFileSync(path.join(folder, ...names), 'utf8');
  const template = Handlebars.compile<object>(read('templates', 'compare.hbs'), { strict: true });
  return template({
    ...comparison,
    css: read('assets', 'compare.css'),
    sections: comparison.sections.map(sectionView),
    hasLeftOut: comparison.leftOut.length > 0,
  });
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
function legend({ table, drawnAs }: Section): object[] {
  const names = drawnAs === 'lines' ? table.columns : table.rows.map(({ label }) => label);
  return names.map((name, i) => ({
    name,
    series: i % SERIES,
    mark: drawnAs === 'lines' ? mark(i) : '<rect x="-6" y="-6" width="12" height="12"/>',
  }));
}
