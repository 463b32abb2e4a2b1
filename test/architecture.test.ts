/** What ARCHITECTURE.md quotes and points at is there: each line of its code is a line of the machine's source, each link leads to a file. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..');
const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');

const blocks = [...text.matchAll(/```ts\n([^`]*)```/g)].map(([, code]) => code);
const quoted = blocks.flatMap((code) => code.trimEnd().split('\n'));
const links = [...text.matchAll(/\]\(([^)#:]+)\)/g)].map(([, file]) => file);
const named = [...text.matchAll(/`((?:src|test|solutions)\/[\w./-]+)`/g)].map(([, file]) => file);

const machine = readdirSync(join(root, 'src/machine'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) => readFileSync(join(root, 'src/machine', file), 'utf8').split('\n'))
  .map((line) => line.replace(/ *\/\/.*/, '').trim());

test('there are rows to look at', () => expect(quoted.length).toBeGreaterThan(8));

test.each(quoted)('the source has the line %s', (line) => {
  const has = (source: string): boolean =>
    source === line || source.endsWith(` ${line}`) || source.endsWith(`[${line}`);
  expect(machine.some(has)).toBe(true);
});

test.each([...new Set([...links, ...named])])('%s exists', (file) => {
  expect(existsSync(join(root, file))).toBe(true);
});
