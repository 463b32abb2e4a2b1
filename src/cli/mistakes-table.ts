/** The table of wrong solutions against tests: which test notices which mistake, and which test no mistake has ever failed. */
import type { Mistakes } from '#course/check';
import { clip, padEnd, wrap } from './style';

const NAME_WIDTH = 34;
/** A column for a test: its number has two digits at most. */
const CELL = 3;

/** Lines of at most `columns`, as far as the number of tests allows; tests are numbered in the suite's order. */
export function mistakesTable({ tests, signatures }: Mistakes, columns: number): string[] {
  const row = (name: string, cell: (test: string, index: number) => string) =>
    `  ${padEnd(clip(name, NAME_WIDTH), NAME_WIDTH)}${tests.map((test, i) => cell(test.name, i).padStart(CELL)).join('')}`;
  const failures = (test: string) => signatures.filter(({ failing }) => failing.includes(test)).length;
  const unmoved = tests.filter(({ name }) => failures(name) === 0);
  return [
    ...tests.flatMap(({ group, title }, i) => numbered(i + 1, `${group}: ${title}`, columns)),
    '',
    row('', (_, i) => String(i + 1)),
    ...signatures.map(({ file, failing }) =>
      row(file.replace(/\.ts$/, ''), (test) => (failing.includes(test) ? '✗' : '·')),
    ),
    row('wrong solutions that fail it', (test) => String(failures(test))),
    ...(unmoved.length === 0
      ? []
      : ['', `  No wrong solution fails: ${unmoved.map(({ title }) => title).join('; ')}.`]),
  ];
}

function numbered(number: number, text: string, columns: number): string[] {
  const [first = '', ...rest] = wrap(text, columns - 6);
  return [`  ${String(number).padStart(2)}  ${first}`, ...rest.map((line) => `      ${line}`)];
}
