/** A student's file, and the one sentence about whatever is wrong with it. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadPart } from '../../src/course/parts/part-file';
import { partLoader } from '../../src/course/parts/part-loader';
import * as machine from '../../src/machine';
import * as vmm from '../../src/vmm';

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'part-'));
const folder = path.join(home, 'exercises', '04-reflecting-traps');
const file = path.join(folder, 'reflect.ts');
fs.mkdirSync(folder, { recursive: true });
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

const load = partLoader({ '#vmm': vmm, '#machine': machine });

function problem(text: string | undefined): string {
  fs.rmSync(file, { recursive: true, force: true });
  if (text !== undefined) fs.writeFileSync(file, text);
  try {
    loadPart('reflect', file, load);
  } catch (error) {
    expect(error).toBeInstanceOf(vmm.PartFailure);
    return (error as Error).message.replace(file, 'reflect.ts');
  }
  throw new Error('it was loaded');
}

test.each([
  ['missing', undefined, 'reflect.ts does not exist. Run `hv reset 04` for it.'],
  ['empty', ' \n', 'reflect.ts is empty. Run `hv reset 04` for the original file.'],
  [
    'without exports',
    'const reflect = 1;',
    "reflect.ts exports nothing; it must `export const reflect: Parts['reflect'] = ...`.",
  ],
  [
    'a default export',
    'export default {};',
    'reflect.ts has a default export; write `export const reflect = ...` instead of `export default`.',
  ],
  [
    'the wrong name',
    'export const Reflect = {};',
    'reflect.ts exports no `reflect` (found: `Reflect`). Rename it, or run `hv reset 04` for the original file.',
  ],
  [
    'a number',
    'export const reflect = 3;',
    'reflect.ts exports a `reflect` that is a number; it must be an object with `owner` and `deliver`.',
  ],
  [
    'null',
    'export const reflect = null;',
    'reflect.ts exports a `reflect` that is null; it must be an object with `owner` and `deliver`.',
  ],
  [
    'half of it',
    'export const reflect = { owner: () => "guest" };',
    'reflect.ts exports a `reflect` without the function `deliver`.',
  ],
  [
    'a throw on import',
    'throw new Error("oops"); export const reflect = 1;',
    'reflect.ts threw while it was being loaded: Error: oops',
  ],
])('%s', (_, text, sentence) => {
  expect(problem(text)).toBe(sentence);
});

test('a syntax error names line and column', () => {
  expect(problem('export const reflect = {\n  owner: (=> 1,\n};')).toMatch(
    /^reflect.ts threw while it was being loaded: .*[\s\S]*reflect\.ts:2:/,
  );
});

test('an import of what a part may not have', () => {
  expect(problem("import fs from 'node:fs'; export const reflect = fs;")).toContain(
    'a part may import #vmm and #machine, not "node:fs"',
  );
});

test('a folder', () => {
  fs.rmSync(file, { force: true });
  fs.mkdirSync(file);
  expect(() => loadPart('reflect', file, load)).toThrow('is a folder.');
  fs.rmdirSync(file);
});

test('a good file is the part itself, with the doors of this process', () => {
  fs.writeFileSync(
    file,
    "import { todo, type Parts } from '#vmm';\nexport const reflect: Parts['reflect'] = { owner: () => todo('x'), deliver: () => undefined };",
  );
  const part = loadPart('reflect', file, load);
  expect(() => part.owner({ cause: 2, tval: 0n }, {} as never)).toThrow(vmm.NotWritten);
});
