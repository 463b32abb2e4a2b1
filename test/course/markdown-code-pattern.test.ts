/** Patterns that point at code: what they find, how far it reaches, and what is said when they find nothing. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findCode } from '../../src/course/markdown/code-pattern';

const SOURCE = `/** A file. */
import { x } from 'y';

/** What comes next. */
export type Next =
  | 'advance' // behind it
  | { readonly stop: string };

export interface Parts {
  /** The loop. */
  readonly run: (context: {
    a: number;
  }) => void;
  readonly stop: number;
}

// Two lines of
// comment.
export const reflect = {
  owner(trap: string): string {
    const brace = '}{';
    return brace + trap; // }
  },
  deliver: (a: number) => a,
};

function run(
  a: number,
): number {
  return a;
}
`;
const GUEST = `# A guest.
_start:
    li a0, 1
1:  j 1b

greeting:
    .asciz "x"
    .balign 4
`;

let root: string;
beforeAll(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'pattern-'));
  fs.mkdirSync(path.join(root, 'src'));
  fs.writeFileSync(path.join(root, 'src/a.ts'), SOURCE);
  fs.writeFileSync(path.join(root, 'src/g.s'), GUEST);
});
afterAll(() => fs.rmSync(root, { recursive: true }));

const find = (pattern: string): { line: number; text: string } => {
  const found = findCode(root, pattern);
  if (!found.ok) throw new Error(found.problem);
  return { line: found.code.line, text: found.code.lines.join('\n') };
};

it('finds a type with its comment, up to its semicolon', () => {
  const { line, text } = find('src/a.ts#Next');
  expect(line).toBe(5);
  expect(text).toMatch(/^\/\*\* What comes next\. \*\/\nexport type Next =/);
  expect(text).toMatch(/stop: string \};$/);
});

it('finds a constant up to its closing brace, whatever braces its strings and comments hold', () => {
  const { line, text } = find('src/a.ts#reflect');
  expect(line).toBe(19);
  expect(text).toMatch(/^\/\/ Two lines of\n/);
  expect(text).toMatch(/deliver: .*\n\};$/);
});

it('finds a member by its own name when there is one, and by Outer.name', () => {
  expect(find('src/a.ts#owner').text).toBe(
    "  owner(trap: string): string {\n    const brace = '}{';\n    return brace + trap; // }\n  },",
  );
  expect(find('src/a.ts#Parts.run')).toMatchObject({
    line: 11,
    text: expect.stringMatching(/\/\*\* The loop[^]*=> void;$/),
  });
  expect(find('src/a.ts#Parts.stop').text).toBe('  readonly stop: number;');
});

it('prefers a top-level declaration to a member of the same name', () => {
  expect(find('src/a.ts#run')).toMatchObject({
    line: 27,
    text: 'function run(\n  a: number,\n): number {\n  return a;\n}',
  });
});

it('finds a line by regular expression, a label of assembly up to the next, and whole files', () => {
  expect(find('src/a.ts#/brace \\+ trap/').line).toBe(22);
  expect(find('src/g.s#_start').text).toBe('# A guest.\n_start:\n    li a0, 1\n1:  j 1b');
  expect(find('src/g.s').text).toBe(GUEST.trimEnd());
});

it.each([
  ['src/none.ts#x', 'there is no file src/none.ts'],
  ['src', 'there is no file src'],
  ['src/a.ts#nothing', 'src/a.ts has no `nothing`'],
  ['src/a.ts#a', 'src/a.ts has 2 places called `a`: write Outer.a'],
  ['src/a.ts#Parts.none', 'src/a.ts has no `none`'],
  ['src/a.ts#/zzz/', 'src/a.ts has no line that matches /zzz/'],
  ['src/g.s#nolabel', 'src/g.s has no label `nolabel`'],
  ['../outside.ts#x', '../outside.ts is outside the package'],
  ['/etc/passwd', '/etc/passwd is outside the package'],
])('says of %s: %s', (pattern, problem) => expect(findCode(root, pattern)).toEqual({ ok: false, problem }));
