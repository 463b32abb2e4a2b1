/** `hv compare` on the terminal and as JSON, and how mistakes are answered. */
import fs from 'node:fs';
import path from 'node:path';
import { Student } from './harness';

jest.setTimeout(60_000);

let student: Student;
beforeEach(() => (student = new Student()));
afterEach(() => student.leave());

test.each([40, 80, 120])('at %i columns no line is wider than the terminal', async (columns) => {
  student.columns = columns;
  const { code, out } = await student.hv('compare', 'cpu', '--guest', 'compute', '--rounds', '0');
  expect(code).toBe(0);
  for (const line of out.trimEnd().split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
  expect(out.replaceAll(/\s+/g, ' ')).toContain('Again: hv compare cpu --guest compute');
});

test('the printed command prints the same numbers again', async () => {
  const { out } = await student.hv('compare', 'cpu', '--guest', 'compute', '--rounds', '0');
  const command = /Again: hv (.*)/.exec(out.replaceAll(/\n(?!$)/g, ' '))![1].trim();
  expect((await student.hv(...command.split(/\s+/), '--rounds', '0')).out).toBe(out);
});

test('--json has every number', async () => {
  const { out } = await student.hv('compare', 'cpu', '--guest', 'compute', '--rounds', '1', '--json');
  const { kind, sections } = JSON.parse(out) as { kind: string; sections: { table: { columns: string[] } }[] };
  expect(kind).toBe('cpu');
  expect(sections.map(({ table }) => table.columns[0])).toEqual(sections.map(() => 'bare'));
});

/** Columns may be wider or narrower. */
const words = (line: string): string => line.trim().replaceAll(/\s+/g, ' ');

test.each(['io', 'paging'])('what the README shows of `hv compare %s` is what it prints', async (what) => {
  const readme = fs.readFileSync(path.join(__dirname, '../../README.md'), 'utf8');
  const shown = readme.split(`$ npx hv compare ${what}\n`)[1].split('\n\n')[0].split('\n');
  expect(shown.length).toBeGreaterThan(4);
  const { out } = await student.hv('compare', what, '--rounds', '0');
  const printed = out.split('\n').map(words);
  for (const line of shown) expect(printed).toContain(words(line));
});

test('--html writes a page with the numbers, beside what is printed', async () => {
  const file = student.write('page.html', '');
  const { code, out } = await student.hv('compare', 'cpu', '--guest', 'compute', '--rounds', '0', '--html', file);
  expect(code).toBe(0);
  const page = student.read('page.html');
  expect(page).toMatch(/^<!doctype html>/);
  for (const [, number] of out.matchAll(/ (\d+,\d{3}) /g)) expect(page).toContain(`<td>${number}</td>`);
});

test.each([
  [['compare', 'gpu'], 'There is nothing to compare by the name "gpu"; choose '],
  [['compare', 'cpu', '--guest', 'nobody'], 'There is no guest "nobody".'],
  [['compare', 'cpu', '--guest', 'sleeper'], 'sleeper does not end by itself'],
  [['compare', 'cpu', '--engine', 'steam'], 'There is no engine "steam"'],
  [
    ['compare', 'cpu', '--guest', 'hello', '--rounds', '0', '--html', '/nowhere/at/all'],
    '/nowhere/at/all does not exist',
  ],
  [['compare', 'cpu', '--rounds', 'x'], '--rounds x: a whole number'],
])('%j is answered by a sentence', async (args, sentence) => {
  const { code, err } = await student.hv(...args);
  expect(code).toBe(2);
  expect(err).toContain(sentence);
});
