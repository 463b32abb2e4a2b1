/** hv check notices what it is for: a stub with points, a solution without, a wrong solution that survives, files that belong nowhere. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { checkGrading, checkSignatures } from '../../src/course/check/grade-check';
import { Pool } from '../../src/course/check/pool';
import { strayFiles } from '../../src/course/check/stray-files';
import type { Runner, Run } from '../../src/course/grading/runner';
import { openWorkspace } from '../../src/course/workspace';
import type { Course, WrittenLesson } from '../../src/course/manifest';

const lesson: WrittenLesson = {
  number: 1,
  slug: 'tiny',
  title: 'Tiny',
  about: 'nothing',
  needs: [],
  written: true,
  part: 'runLoop',
  file: 'run-loop.ts',
  points: 3,
  guests: ['hello'],
  demo: 'hv trace hello',
  hints: ['a', 'b', 'c'],
};
const course: Course = { id: 'tiny', title: 'Tiny', lessons: [lesson] };

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'check-'));
  write('solutions/01-tiny/run-loop.ts', '// #region solution: todo();\nsolved();\n// #endregion\n');
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) write(`test/mutants/01-tiny/${name}.ts`, '');
  write('test/second/01-tiny/other.ts', '');
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

function write(file: string, text: string): void {
  fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  fs.writeFileSync(path.join(root, file), text);
}

const TESTS = [
  { name: 'Equivalence x', group: 'Equivalence' as const, title: 'x', points: 2 },
  { name: 'Safety y', group: 'Safety' as const, title: 'y', points: 1 },
];

/** Grades by file name: which tests fail. */
function runnerThat(failing: (file: string) => readonly string[]): Runner {
  const grade = (job: { part: string }): Promise<Run> => {
    const failed = failing(path.relative(root, job.part));
    const ends = new Map(
      TESTS.map(({ name }) => [
        name,
        { name, ms: 1, ...(failed.includes(name) ? { failure: { name: 'Unmet', message: 'no', stack: '' } } : {}) },
      ]),
    );
    return Promise.resolve({ tests: TESTS, ends, measures: [], printed: { text: '', bytes: 0 }, ms: 1 });
  };
  return { grade } as unknown as Runner;
}

const BOTH = ['Equivalence x', 'Safety y'];
const rightly = (file: string) => (file.startsWith('.hv') ? BOTH : file.includes('mutants') ? ['Safety y'] : []);
const mutant = { group: 'Safety', sentence: 'You forgot.' };

async function problems(
  failing: (file: string) => readonly string[],
  load: (file: string) => unknown = () => mutant,
  of = lesson,
) {
  const { findings, signatures } = await checkGrading(
    openWorkspace(root, {}),
    of,
    new Pool([runnerThat(failing), runnerThat(failing)]),
    load,
  );
  return { signatures, bad: findings.filter((finding) => !finding.ok).map(({ what, detail }) => `${what}: ${detail}`) };
}

test('a good lesson has no problem, and a signature for each wrong solution', async () => {
  const { bad, signatures } = await problems(rightly);
  expect(bad).toEqual([]);
  expect(signatures).toHaveLength(6);
  expect(signatures[0]).toEqual({ file: 'a.ts', group: 'Safety', sentence: 'You forgot.', failing: ['Safety y'] });
});

test.each([
  [
    'a stub with points',
    (file: string) => (file.startsWith('.hv') ? ['Safety y'] : rightly(file)),
    'stub: 2 of 3 points, without a line written: "x"',
  ],
  [
    'a solution that fails',
    (file: string) => (file.startsWith('solutions') ? ['Safety y'] : rightly(file)),
    'solution: 2 of 3 points: y | no',
  ],
  [
    'another correct solution that fails',
    (file: string) => (file.includes('second') ? ['Equivalence x'] : rightly(file)),
    'second: other: 1 of 3 points: x | no',
  ],
  [
    'a wrong solution that survives',
    (file: string) => (file.endsWith('c.ts') ? [] : rightly(file)),
    'c: must lose points in Safety, but loses nothing',
  ],
  [
    'one that fails elsewhere',
    (file: string) => (file.endsWith('c.ts') ? ['Equivalence x'] : rightly(file)),
    'c: must lose points in Safety, but loses Equivalence 2',
  ],
])('%s', async (_, failing, sentence) => {
  expect((await problems(failing)).bad).toEqual([sentence]);
});

test.each([
  ['no group', { sentence: 'x' }, 'has no `export const group`'],
  ['no sentence', { group: 'Safety', sentence: ' ' }, 'has no `export const sentence`'],
])('a wrong solution with %s', async (_, exported, sentence) => {
  expect((await problems(rightly, () => exported)).bad[0]).toContain(sentence);
});

test('points that are not those of the manifest', async () => {
  expect((await problems(rightly, () => mutant, { ...lesson, points: 4 })).bad[0]).toContain(
    'the suite is worth 3 points, the manifest says 4',
  );
});

test('too few wrong solutions, and no second one', async () => {
  fs.rmSync(path.join(root, 'test/mutants/01-tiny/a.ts'));
  fs.rmSync(path.join(root, 'test/second'), { recursive: true });
  expect((await problems(rightly)).bad).toEqual([
    'second solution: there is none in test/second/01-tiny',
    'wrong solutions: there are 5; a lesson has at least 6',
  ]);
});

test('signatures that are not committed, or of another suite', async () => {
  const workspace = openWorkspace(root, {});
  const { signatures } = await problems(rightly);
  expect(checkSignatures(workspace, lesson, signatures).ok).toBe(false);
  write('test/mutants/01-tiny/signatures.json', `${JSON.stringify(signatures, undefined, 2)}\n`);
  expect(checkSignatures(workspace, lesson, signatures).ok).toBe(true);
  expect(checkSignatures(workspace, lesson, [{ ...signatures[0], failing: [] }]).ok).toBe(false);
});

describe('stray files', () => {
  const workspace = () => openWorkspace(root, {});

  test('none in a course as it should be', () => {
    write('lessons/course.ts', '');
    write('lessons/01-tiny/lesson.md', '');
    write('lessons/01-tiny/quiz.yaml', '');
    write('lessons/01-tiny/figures/one.svg', '');
    expect(strayFiles(workspace(), course)).toEqual({ what: 'stray files', ok: true, detail: 'none' });
  });

  test('the part of a lesson that is not written yet may be there, and nothing else of it', () => {
    const lessons = [
      ...course.lessons,
      {
        number: 2,
        slug: 'gone',
        title: 'Gone',
        about: 'later',
        needs: [],
        written: false,
        part: 'reflect',
        file: 'x.ts',
      },
    ] as const;
    write('solutions/02-gone/x.ts', '');
    expect(strayFiles(workspace(), { ...course, lessons })).toMatchObject({ ok: true });
    write('solutions/02-gone/y.ts', '');
    write('test/second/02-gone/x.ts', '');
    expect(strayFiles(workspace(), { ...course, lessons }).detail).toBe('solutions/02-gone/y.ts, test/second/02-gone');
  });

  test.each([
    'lessons/02-gone/lesson.md',
    'lessons/01-tiny/draft.md',
    'lessons/01-tiny/figures/one.png',
    'solutions/01-tiny/old.ts',
    'test/mutants/09-gone/x.ts',
    'test/second/01-tiny/notes.txt',
  ])('%s', (file) => {
    write(file, '');
    const { ok, detail } = strayFiles(workspace(), course);
    expect(ok).toBe(false);
    expect(file.startsWith(detail)).toBe(true);
  });

  test('what a student has in exercises/ is never looked at', () => {
    write('exercises/01-tiny/my-notes.txt', '');
    write('exercises/whatever/x', '');
    expect(strayFiles(workspace(), course).ok).toBe(true);
  });
});

test('the findings come in the order of the files, whichever runner was ready first', async () => {
  const slow = runnerThat(rightly);
  const late = {
    grade: async (job: { part: string }) => (await new Promise(setImmediate), slow.grade(job as never, '')),
  };
  const runners = new Pool([late as unknown as Runner, runnerThat(rightly)]);
  const { findings, signatures } = await checkGrading(openWorkspace(root, {}), lesson, runners, () => mutant);
  const order = 'stub, solution, second: other, a, b, c, d, e, f, stub types';
  expect(findings.map(({ what }) => what).join(', ')).toBe(order);
  expect(signatures.map(({ file }) => file).join(' ')).toBe('a.ts b.ts c.ts d.ts e.ts f.ts');
});

test('who asks first is served first, two at a time, and one that fails gives back what it had', async () => {
  const pool = new Pool(['a', 'b']);
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const use = (name: string) =>
    pool.lend(async () => {
      begun.push(name);
      await new Promise<void>((resolve) => ends.push(resolve));
      if (name === 'first') throw new Error('broken');
    });
  const all = ['first', 'second', 'third', 'fourth'].map(use);
  await new Promise(setImmediate);
  expect(begun).toEqual(['first', 'second']);
  ends[0]();
  await expect(all[0]).rejects.toThrow('broken');
  await new Promise(setImmediate);
  expect(begun).toEqual(['first', 'second', 'third']);
  ends[1]();
  await all[1];
  await new Promise(setImmediate);
  expect(begun).toEqual(['first', 'second', 'third', 'fourth']);
  ends.forEach((end) => end());
  await Promise.all(all.slice(2));
});
