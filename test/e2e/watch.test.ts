/** hv watch in a real terminal: a verdict soon after every save, its keys, and saves of every kind. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Terminal, describeTerminal, pause, root } from './terminal';

const LESSON = '04-reflecting-traps';
const solution = fs.readFileSync(path.join(root, 'solutions', LESSON, 'reflect.ts'), 'utf8');

describeTerminal('hv watch', () => {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'watch-'));
  const file = path.join(home, 'exercises', LESSON, 'reflect.ts');
  let terminal: Terminal;

  beforeAll(() => {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(
      file,
      "import { todo, type Parts } from '#vmm';\nexport const reflect: Parts['reflect'] = { owner: () => todo('x'), deliver: () => todo('y') };\n",
    );
    terminal = new Terminal('node bin/hv.cjs watch 04', { HV_HOME: home, HV_BUDGET_SECONDS: '3' });
  });
  afterAll(() => {
    terminal.close();
    fs.rmSync(home, { recursive: true, force: true });
  });

  test('begins with a verdict on what is there', async () => {
    await terminal.shows('Nothing is written yet', 90_000);
    await terminal.shows('x leave');
  }, 100_000);

  test('a save in place is noticed', async () => {
    fs.writeFileSync(file, solution);
    await terminal.shows('this part of the hypervisor is yours now', 90_000);
  }, 100_000);

  test('a save by replacing the file, as editors do', async () => {
    fs.writeFileSync(`${file}.tmp`, 'export const Reflect = 1;\n');
    fs.renameSync(`${file}.tmp`, file);
    await terminal.shows('exports no `reflect`', 90_000);
  }, 100_000);

  test('a save by deleting and writing anew', async () => {
    fs.rmSync(file);
    await terminal.shows('does not exist', 90_000);
    fs.writeFileSync(file, '');
    await terminal.shows('is empty', 90_000);
  }, 200_000);

  test('an endless loop ends with a sentence, and a save during it works at once', async () => {
    fs.writeFileSync(file, 'export const reflect = { owner: () => { for (;;); }, deliver: () => undefined };\n');
    await pause(1_500);
    fs.writeFileSync(file, solution);
    await terminal.shows('this part of the hypervisor is yours now', 90_000);
    fs.writeFileSync(file, 'export const reflect = { owner: () => { for (;;); }, deliver: () => undefined };\n');
    await terminal.shows('your `reflect` had not returned after 3 s.', 90_000);
  }, 250_000);

  test('type errors stand under the verdict, in the file that was saved', async () => {
    fs.writeFileSync(file, solution.replace("return 'guest';\n  },", "return 'gast';\n  },"));
    await terminal.shows(/reflect\.ts:\d+:\d+ +TS\d+/, 90_000);
  }, 100_000);

  test('h shows the first hint, and remembers', async () => {
    terminal.type('h');
    await terminal.shows('hint 1 of 3');
    await terminal.shows('h hint (2 of 3)');
  }, 60_000);

  test('r asks, keeps the old file, and grades the original', async () => {
    terminal.type('r');
    await terminal.shows('y n');
    terminal.type('n');
    await terminal.shows('Nothing was changed.');
    terminal.type('r');
    await terminal.shows('y n');
    terminal.type('y');
    await terminal.shows('Nothing is written yet', 90_000);
    expect(fs.readFileSync(`${file}.bak`, 'utf8')).toContain("'gast'");
  }, 120_000);

  test('x leaves; what was reached is kept', async () => {
    terminal.type('x');
    await terminal.shows('left with 0');
    await terminal.shows(/^icanon echo/m);
    const { progress } = JSON.parse(fs.readFileSync(path.join(home, '.hv/progress.json'), 'utf8')) as {
      progress: { lessons: Record<string, { best: number; outOf: number; hints: number }> };
    };
    const kept = progress.lessons['reflecting-traps'];
    expect(kept.best).toBe(kept.outOf);
    expect(kept.hints).toBe(1);
  }, 60_000);
});
