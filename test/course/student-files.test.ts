/** Everything that can be wrong with a student's file, graded by the real suites: each is a verdict with one sentence, and none is our bug. */
import fs from 'node:fs';
import path from 'node:path';
import { grade } from '../../src/cli/grade';
import * as grading from '../../src/course/grading';
import type { Verdict } from '../../src/course/grading';
import { exerciseFile, findWrittenLesson } from '../../src/course';
import { course } from '../../lessons/course';
import { Student } from '../cli/harness';

const student = new Student();
const context = student.context();
const { root, cache } = context.workspace;
const runner = new grading.Runner({ root, cache, budgetMs: 4_000, restarts: 0 });
afterAll(() => {
  runner.close();
  student.leave();
});

async function verdictOn(lessonName: string, text: string | undefined): Promise<Verdict> {
  const lesson = findWrittenLesson(course, lessonName);
  const part = exerciseFile(context.workspace, lesson);
  fs.mkdirSync(path.dirname(part), { recursive: true });
  fs.rmSync(part, { recursive: true, force: true });
  if (text !== undefined) fs.writeFileSync(part, text);
  return (await grade(context, grading, runner, { lesson, part })).verdict;
}

const solution = (folder: string, file: string) => fs.readFileSync(path.join(root, 'solutions', folder, file), 'utf8');
const allLines = (verdict: Verdict) =>
  verdict.groups.flatMap((group) => group.tests.flatMap((test) => test.lines)).join('\n');

describe('the file as a whole', () => {
  test.each([
    ['missing', undefined, 'does not exist'],
    ['empty', '', 'is empty'],
    ['a comment only', '// nothing', 'exports nothing'],
    ['a default export', 'export default () => "advance";', 'has a default export'],
    [
      'the wrong name',
      'export const virtualsupervisor = () => "advance";',
      'exports no `virtualSupervisor` (found: `virtualsupervisor`)',
    ],
    ['the wrong shape', 'export const virtualSupervisor = { run() {} };', 'that is an object; it must be a function'],
    ['throws on import', 'throw new Error("oops");', 'threw while it was being loaded: Error: oops'],
    ['does not parse', 'export const virtualSupervisor = (instruction, => {', 'threw while it was being loaded'],
    [
      'imports what is not there',
      "import { x } from './nowhere'; export const virtualSupervisor = x;",
      'threw while it was being loaded',
    ],
    ['exits on import', 'process.exit(0);', 'process.exit(0) was called'],
  ])(
    '%s',
    async (_, text, sentence) => {
      const verdict = await verdictOn('03', text);
      expect(verdict).toMatchObject({ state: 'failed', points: 0 });
      expect(verdict.problem).toContain(sentence);
    },
    60_000,
  );
});

describe('what it returns', () => {
  test.each([
    ['undefined', 'undefined'],
    ['NaN', 'NaN'],
    ['a number', '3'],
    ['null', 'null'],
    ['another word', "'advanced'"],
    ['a promise', "Promise.resolve('advance')"],
    ['an object that pretends', "{ toString: () => 'advance' }"],
  ])(
    '%s',
    async (_, value) => {
      const verdict = await verdictOn('03', `export const virtualSupervisor: unknown = () => (${value});`);
      expect(verdict.points).toBe(0);
      expect(`${verdict.problem}\n${allLines(verdict)}`).toContain('your `virtualSupervisor` returned');
    },
    60_000,
  );

  test.each([
    [
      'a run loop that comes back at once',
      '01',
      'export const runLoop: unknown = () => undefined;',
      'your `runLoop` returned undefined',
    ],
    [
      'an owner that is NaN',
      '04',
      'export const reflect: unknown = { owner: () => NaN, deliver: () => undefined };',
      'your `reflect.owner` returned NaN',
    ],
  ])(
    '%s',
    async (_, lesson, text, sentence) => {
      const verdict = await verdictOn(lesson, text);
      expect(verdict.state).toBe('failed');
      expect(`${verdict.problem}\n${allLines(verdict)}`).toContain(sentence);
    },
    60_000,
  );

  test('numbers where bigints belong', async () => {
    const verdict = await verdictOn(
      '03',
      'export const virtualSupervisor: unknown = (_: never, vcpu: { pc: unknown }) => { vcpu.pc = 4; return "redirected"; };',
    );
    expect(verdict.state).toBe('failed');
  }, 60_000);
});

describe('what it does to the machine that runs it', () => {
  test('never returns', async () => {
    const verdict = await verdictOn(
      '04',
      'export const reflect = { owner: () => { for (;;); }, deliver: () => undefined };',
    );
    expect(allLines(verdict)).toContain('your `reflect` had not returned after 4 s.');
    expect(verdict.groups.flatMap((group) => group.tests).some((test) => test.outcome === 'not-run')).toBe(true);
  }, 60_000);

  test('allocates without end', async () => {
    const verdict = await verdictOn(
      '04',
      'const all: unknown[] = []; export const reflect = { owner: () => { for (;;) all.push(new Array(100_000).fill(1)); }, deliver: () => undefined };',
    );
    expect(verdict.points).toBe(0);
    expect(`${verdict.problem}\n${allLines(verdict)}`).toMatch(/asked for more memory|had not returned/);
  }, 60_000);

  test('recurses without end', async () => {
    const verdict = await verdictOn(
      '04',
      'const down = (): never => down(); export const reflect = { owner: () => down(), deliver: () => undefined };',
    );
    expect(verdict.points).toBe(0);
    expect(`${verdict.problem}\n${allLines(verdict)}`).toContain('Maximum call stack size exceeded');
  }, 60_000);

  test('prints 100 MB and is right: full points, and a beginning of what it printed', async () => {
    const text = solution('04-reflecting-traps', 'reflect.ts');
    const verdict = await verdictOn(
      '04',
      `const line = 'x'.repeat(1_000_000);\nfor (let i = 0; i < 100; i++) console.log(line);\n${text}`,
    );
    expect(verdict).toMatchObject({ state: 'passed' });
    expect(verdict.printed.text).toContain('xxxx');
    expect(verdict.printed.text.length).toBeLessThanOrEqual(64 * 1024);
  }, 60_000);

  test('replaces what tests are made of: the reference still decides', async () => {
    const text =
      'expect.extend({ toBe: () => ({ pass: true, message: () => "" }) }); Object.is = () => true; export const virtualSupervisor: unknown = () => "illegal";';
    expect((await verdictOn('03', `declare const expect: { extend(x: unknown): void };\n${text}`)).state).toBe(
      'failed',
    );
  }, 60_000);

  test('after all of this a right one gets all points', async () => {
    expect((await verdictOn('04', solution('04-reflecting-traps', 'reflect.ts'))).state).toBe('passed');
  }, 60_000);
});

describe('typed by somebody on another system', () => {
  test.each([
    ['Windows line ends', (text: string) => text.replaceAll('\n', '\r\n')],
    ['a byte order mark', (text: string) => `\uFEFF${text}`],
  ])(
    '%s',
    async (_, changed) => {
      expect((await verdictOn('04', changed(solution('04-reflecting-traps', 'reflect.ts')))).state).toBe('passed');
    },
    60_000,
  );
});
