/** Lessons in the terminal: every kind of block, at several widths, with and without colour. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { createMarkdown } from '../../src/course/markdown/markdown';
import { visibleLength } from '../../src/course/markdown/styled';
import { renderTerminal } from '../../src/course/markdown/terminal';

const LESSON = `# Whose trap?

Your guest **has** just *trapped*. See [\`deliver\`](code:src/reflect.ts#deliver) and [lesson 04](../04-reflecting-traps/lesson.md#x),
or the [manual](https://example.org/manual).[^1]

## Three questions

1. Who asked?
2. Who is meant?
   - the guest
   - the hypervisor

| trap | goes to |
|---|---|
| \`ecall\` from the guest's user program | the guest's kernel |
| \`ecall\` from the guest's kernel | the hypervisor |

::: try
\`\`\`console
$ npx hv trace hello
\`\`\`
:::

![Three levels](figures/levels.svg)

\`\`\`code src/reflect.ts#deliver
\`\`\`

> A quotation.

[^1]: Section "stvec".
`;

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'terminal-'));
  fs.mkdirSync(path.join(folder, 'src'));
  fs.mkdirSync(path.join(folder, 'figures'));
  fs.writeFileSync(path.join(folder, 'src/reflect.ts'), '/** x */\nexport function deliver(): void {}\n');
  fs.writeFileSync(
    path.join(folder, 'figures/levels.svg'),
    '<svg><title>Levels</title><desc>A host below\n two guests.</desc></svg>',
  );
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

const render = (source: string, columns: number, color = false): string =>
  renderTerminal(createMarkdown().parse(source, {}), { root: folder, folder, columns, color });

it('writes every kind of block', () => {
  const text = render(LESSON, 72);
  expect(text).toContain('Whose trap?\n\nYour guest has just trapped. See `deliver` (src/reflect.ts:2)');
  expect(text).toContain('lesson\n04 (hv read 04), or');
  expect(text).toContain('manual (https://example.org/manual).[1]');
  expect(text).toContain('1. Who asked?\n2. Who is meant?\n   • the guest\n   • the hypervisor\n\n');
  expect(text).toMatch(/trap {30,}goes to\n─+ {2}─+\n`ecall` from the guest's user program {2}the guest's kernel\n/);
  expect(text).toContain('┃ Run it\n┃     $ npx hv trace hello\n\n┊');
  expect(text).toContain('┊ Figure: Levels\n┊ A host below two guests.\n');
  expect(text).toContain('src/reflect.ts:2\n    /** x */\n    export function deliver(): void {}\n');
  expect(text).toContain('│ A quotation.\n');
  expect(text).toMatch(/───\n\[1\] Section "stvec"\.\n$/);
});

it.each([30, 40, 60, 80, 100])('keeps every line within %d columns', (columns) => {
  for (const line of render(LESSON, columns).split('\n')) expect(visibleLength(line)).toBeLessThanOrEqual(columns);
});

it('is at most 100 columns wide on a wide terminal, and 30 on a tiny one', () => {
  const long = 'word '.repeat(200);
  expect(Math.max(...render(long, 300).split('\n').map(visibleLength))).toBeLessThanOrEqual(100);
  expect(Math.max(...render(long, 5).split('\n').map(visibleLength))).toBeLessThanOrEqual(30);
});

it('turns a table into labelled values where columns do not fit', () => {
  const table =
    '| register | before the trap | after the trap |\n|---|---|---|\n| sstatus | interrupts enabled | interrupts disabled |\n';
  expect(render(table, 30)).toBe(
    'register: sstatus\nbefore the trap: interrupts\nenabled\nafter the trap: interrupts\ndisabled\n',
  );
});

it('writes no ANSI code without colour, where backticks say what is code', () => {
  expect(render(LESSON, 72)).not.toContain('\u001b');
  expect(render('Press `x`.', 72)).toBe('Press `x`.\n');
  expect(render('Press `x`.', 72, true)).toBe('Press \u001b[36mx\u001b[39m.\n');
});

it('changes nothing but codes with colour, apart from these backticks', () => {
  const source = LESSON.replaceAll('`deliver`', 'deliver').replaceAll('`ecall`', 'ecall');
  expect(stripVTControlCharacters(render(source, 72, true))).toBe(render(source, 72));
});

it('cuts a word that is longer than a line, and continues long code behind a mark', () => {
  expect(render('x'.repeat(70), 40)).toBe(`${'x'.repeat(40)}\n${'x'.repeat(30)}\n`);
  expect(render(`    ${'y'.repeat(40)}`, 30)).toBe(`    ${'y'.repeat(25)}\n    ↪${'y'.repeat(15)}\n`);
});
