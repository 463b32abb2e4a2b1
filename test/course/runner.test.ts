/** The resident runner: verdicts of good, bad and ugly parts, and that the next save works after each of them. */
import { fork } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Runner } from '../../src/course/grading/runner';
import type { Run } from '../../src/course/grading/runner';

const root = path.join(__dirname, '../..');
const suite = path.join(__dirname, '../fixtures/grading/tiny.suite.ts');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'runner-'));
const part = path.join(folder, 'part.ts');
const runner = new Runner({ root, cache: path.join(folder, 'cache'), budgetMs: 1_000 });

afterAll(() => {
  runner.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

const GOOD =
  'export const twice = (n: number): number => { if (Number.isNaN(n)) throw new RangeError("no number"); return 2 * n; };';

async function grade(text: string): Promise<Run> {
  fs.writeFileSync(part, text);
  return runner.grade({ suite, part }, 'your `twice`');
}

function failing(run: Run): string[] {
  return run.tests.filter((test) => run.ends.get(test.name)?.failure).map((test) => test.title);
}
function firstMessage(run: Run): string {
  return [...run.ends.values()].map((end) => end.failure?.message).find((message) => message !== undefined) ?? '';
}

/** Whatever a part does, the runner grades the next one. */
async function goesOn(): Promise<void> {
  const run = await grade(GOOD);
  expect(failing(run)).toEqual([]);
  expect(run.ends.size).toBe(4);
}

test('a good part passes every test; groups, titles and points are read from the suite', async () => {
  const run = await grade(GOOD);
  expect(run.tests).toEqual([
    { name: 'Equivalence doubles a number [3 points]', group: 'Equivalence', title: 'doubles a number', points: 3 },
    { name: 'Equivalence doubles zero [1 point]', group: 'Equivalence', title: 'doubles zero', points: 1 },
    { name: 'Safety refuses what is no number', group: 'Safety', title: 'refuses what is no number', points: 1 },
    { name: 'Efficiency is called once', group: 'Efficiency', title: 'is called once', points: 1 },
  ]);
  expect(failing(run)).toEqual([]);
  expect(run.measures).toEqual([{ group: 'Efficiency', text: '1 call (pass 2, par 1)' }]);
}, 60_000);

test('the result is that of the file as it is now', async () => {
  expect(failing(await grade('export const twice = (n: number): number => n + 2;'))).toEqual([
    'doubles zero',
    'refuses what is no number',
  ]);
  await goesOn();
}, 60_000);

test('an endless loop fails its own test; the others are run in a new process', async () => {
  const run = await grade(
    'export const twice = (n: number): number => { while (n === 2); if (Number.isNaN(n)) throw new Error(); return 2 * n; };',
  );
  expect(failing(run)).toEqual(['doubles a number']);
  expect(firstMessage(run)).toBe('your `twice` had not returned after 1 s.');
  expect(run.ends.size).toBe(4);
  await goesOn();
}, 60_000);

test('an endless loop in every test ends after a few of them', async () => {
  const run = await grade('export const twice = (n: number): number => { for (;;); };');
  expect(failing(run)).toEqual(['doubles a number', 'doubles zero', 'refuses what is no number']);
  expect(run.ends.size).toBe(3);
  await goesOn();
}, 60_000);

test('an endless loop at import is stopped too', async () => {
  expect(firstMessage(await grade('for (;;);'))).toContain('had not returned');
  await goesOn();
}, 60_000);

test('endless microtasks are stopped', async () => {
  const run = await grade(
    'const again = (): void => void Promise.resolve().then(again); again(); export const twice = (n: number): number => 2 * n;',
  );
  expect(firstMessage(run)).toContain('had not returned');
  await goesOn();
}, 60_000);

test('what is thrown where nobody waits for it fails the test that is running', async () => {
  const late = (how: string) => grade(GOOD.replace('return', `if (n === 2) ${how}; return`));
  expect(failing(await late("setImmediate(() => { throw new Error('late'); })"))).toEqual(['doubles a number']);
  const run = await late("void Promise.reject(new Error('nobody caught it'))");
  expect(failing(run)).toEqual(['doubles a number']);
  expect(firstMessage(run)).toBe('nobody caught it');
  await goesOn();
}, 60_000);

test.each([
  [
    'objects',
    'const all: unknown[] = []; export const twice = (n: number): number => { for (;;) all.push(new Array(1000).fill(n)); };',
  ],
  [
    'typed arrays',
    'const all: unknown[] = []; export const twice = (n: number): number => { for (;;) all.push(new Uint8Array(1 << 26).fill(1)); };',
  ],
])(
  'endless allocation of %s is a sentence about memory',
  async (_, text) => {
    const slow = new Runner({ root, cache: path.join(folder, 'cache'), budgetMs: 20_000, restarts: 0 });
    fs.writeFileSync(part, text);
    const run = await slow.grade({ suite, part }, 'your `twice`');
    slow.close();
    expect(firstMessage(run)).toMatch(/more memory than a run may have|Array buffer allocation failed/);
    await goesOn();
  },
  120_000,
);

test('100 MB of console.log are cut, and the verdict still comes', async () => {
  const run = await grade(
    `const line = 'x'.repeat(1000);\n${GOOD.replace('return', 'if (n === 2) for (let i = 0; i < 100_000; i++) console.log(line); return')}`,
  );
  expect(failing(run)).toEqual([]);
  expect(run.printed.text.length).toBeLessThanOrEqual(64 * 1024);
  expect(run.printed.text).toContain('xxxx');
}, 60_000);

test('100 MB written straight to stdout are read and forgotten', async () => {
  const text = GOOD.replace(
    'return',
    'if (n === 2) for (let i = 0; i < 100; i++) process.stdout.write("x".repeat(1_000_000)); return',
  );
  const run = await grade(text);
  expect(failing(run)).toEqual([]);
  expect(run.printed.text.length).toBeLessThanOrEqual(64 * 1024);
}, 60_000);

test('process.exit is a failure of the test and not the end of the run', async () => {
  const run = await grade('export const twice = (): number => process.exit(0);');
  expect(failing(run)).toContain('doubles a number');
  expect(firstMessage(run)).toContain('process.exit(0) was called');
  await goesOn();
}, 60_000);

test('a part that kills its process fails, and says how', async () => {
  const run = await grade('export const twice = (): number => { process.kill(process.pid, "SIGKILL"); for (;;); };');
  expect(firstMessage(run)).toContain('ended (signal SIGKILL) before the test did');
  await goesOn();
}, 60_000);

test('a part that never returns does not outlive a parent that was killed', async () => {
  const parent = fork(path.join(__dirname, 'abandoned.cjs'), [folder], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const pid = await new Promise<number>((resolve) => parent.once('message', (message) => resolve(message as number)));
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  for (let waited = 0; isAlive(pid) && waited < 20_000; waited += 100)
    await new Promise((resolve) => setTimeout(resolve, 100));
  expect(isAlive(pid)).toBe(false);
}, 60_000);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A process that nobody has waited for is dead all the same: state Z in field 3 of /proc/PID/stat (proc(5)).
    return !/\) Z /.test(fs.existsSync(`/proc/${pid}/stat`) ? fs.readFileSync(`/proc/${pid}/stat`, 'utf8') : '');
  } catch {
    return false;
  }
}

test('a part cannot report results itself', async () => {
  const run = await grade('process.send?.({ kind: "done", ends: [] }); export const twice = (n: number): number => n;');
  expect(failing(run)).toContain('doubles a number');
}, 60_000);

test('deep recursion is an ordinary failure', async () => {
  expect(firstMessage(await grade('export const twice = (n: number): number => 1 + twice(n);'))).toContain(
    'Maximum call stack size exceeded',
  );
}, 60_000);

test('syntax errors fail every test', async () => {
  const run = await grade('export const twice = (n: number => 2');
  expect(failing(run)).toHaveLength(4);
  await goesOn();
}, 60_000);
