/** From runs to verdicts: points, states, whose fault it was, and mistakes that are recognised. */
import { InternalError, verdictOf } from '../../src/course/grading/verdict';
import type { Run } from '../../src/course/grading/runner';
import type { Failure, TestEnd, TestId } from '../../src/course/grading/protocol';
import { testId } from '../../src/course/grading/protocol';
import { course } from '../../lessons/course';
import { findWrittenLesson } from '../../src/course/manifest';

const lesson = findWrittenLesson(course, '03');
const PART = '/home/student/exercises/03/virtual-supervisor.ts';

const tests: TestId[] = [
  { name: 'Equivalence a', group: 'Equivalence', title: 'a', points: 3 },
  { name: 'Safety b', group: 'Safety', title: 'b', points: 1 },
  { name: 'Efficiency c', group: 'Efficiency', title: 'c', points: 2 },
];

function run(failures: Partial<Record<string, Partial<Failure>>>, more: Partial<Run> = {}): Run {
  const ends = new Map<string, TestEnd>(
    tests.map(({ name }) => {
      const failure = failures[name];
      return [
        name,
        { name, ms: 1, ...(failure ? { failure: { name: 'Unmet', message: 'no', stack: '', ...failure } } : {}) },
      ];
    }),
  );
  return { tests, ends, measures: [], printed: { text: '', bytes: 0 }, ms: 10, ...more };
}

test('titles carry points, groups come from the describe block', () => {
  expect(testId(['Equivalence'], 'reads back [2 points]')).toEqual({
    name: 'Equivalence reads back [2 points]',
    group: 'Equivalence',
    title: 'reads back',
    points: 2,
  });
  expect(testId(['Safety', 'inner'], 'x')).toMatchObject({ group: 'Safety', title: 'x', points: 1 });
  expect(testId(['somewhere else'], 'x')).toBeUndefined();
});

test('all tests passed: the part is theirs', () => {
  expect(verdictOf(lesson, PART, run({}), [], [])).toMatchObject({ state: 'passed', points: 6, outOf: 6 });
});

test('a failing test costs its points in its group', () => {
  const verdict = verdictOf(lesson, PART, run({ 'Safety b': {} }), [], []);
  expect(verdict).toMatchObject({ state: 'failed', points: 5, outOf: 6 });
  expect(verdict.groups.map((group) => group.points)).toEqual([3, 0, 2]);
});

test('a test that did not run has no points, and no failure either', () => {
  const ends = new Map([['Equivalence a', { name: 'Equivalence a', ms: 1 }]]);
  const verdict = verdictOf(lesson, PART, run({}, { ends }), [], []);
  expect(verdict).toMatchObject({ state: 'failed', points: 3 });
  expect(verdict.groups[1].tests[0].outcome).toBe('not-run');
});

test('only todo() everywhere: not written, which is no failure', () => {
  const open = { name: 'NotWritten', message: 'not written yet: x' };
  expect(
    verdictOf(lesson, PART, run({ 'Equivalence a': open, 'Safety b': open, 'Efficiency c': open }), [], []),
  ).toMatchObject({ state: 'not-written', points: 0 });
});

test('one sentence that every test failed with is said once', () => {
  const empty = { name: 'PartFailure', message: 'exercises/x.ts is empty.' };
  const verdict = verdictOf(
    lesson,
    PART,
    run({ 'Equivalence a': empty, 'Safety b': empty, 'Efficiency c': empty }),
    [],
    [],
  );
  expect(verdict.problem).toBe('exercises/x.ts is empty.');
  expect(verdict.groups.flatMap((group) => group.tests.flatMap((one) => one.lines))).toEqual([]);
});

describe('whose fault', () => {
  test("a TypeError from the student's file is theirs, with its line", () => {
    const failure = {
      name: 'TypeError',
      message: 'x is undefined',
      stack: `TypeError: x\n    at f (${PART}:41:7)\n    at g (/package/suite.ts:1:1)`,
    };
    const verdict = verdictOf(lesson, PART, run({ 'Safety b': failure }), [], []);
    expect(verdict.groups[1].tests[0].lines).toEqual(['x is undefined', 'at virtual-supervisor.ts:41:7']);
  });

  test.each(['TypeError', 'ReferenceError', 'RangeError', 'SyntaxError', 'FrameFault'])(
    'a %s that never was in it is ours',
    (name) => {
      const failure = { name, message: 'broken', stack: `${name}: broken\n    at f (/package/src/vmm/run.ts:1:1)` };
      expect(() => verdictOf(lesson, PART, run({ 'Safety b': failure }), [], [])).toThrow(InternalError);
    },
  );

  test('a suite without tests, or one that does not load, is ours', () => {
    const nothing = { tests: [], ends: new Map() };
    expect(() => verdictOf(lesson, PART, run({}, nothing), [], [])).toThrow(InternalError);
    const runFailure = { name: 'Error', message: 'ENOENT', stack: '' };
    expect(() => verdictOf(lesson, PART, run({}, { ...nothing, runFailure }), [], [])).toThrow(InternalError);
  });

  test('a suite that does not load because of the part is a verdict', () => {
    const runFailure = { name: 'PartFailure', message: 'your `x` had not returned after 5 s.', stack: '' };
    const verdict = verdictOf(lesson, PART, run({}, { tests: [], ends: new Map(), runFailure }), [], []);
    expect(verdict).toMatchObject({ state: 'failed', points: 0, outOf: lesson.points, problem: runFailure.message });
  });
});

describe('mistakes that others made before', () => {
  const known = {
    file: 'm.ts',
    group: 'Safety' as const,
    sentence: 'You forgot SPIE.',
    failing: ['Safety b', 'Efficiency c'],
  };

  test('exactly the same failing tests: its sentence', () => {
    const verdict = verdictOf(lesson, PART, run({ 'Safety b': {}, 'Efficiency c': {} }), [known], []);
    expect(verdict.misconceptions).toEqual(['You forgot SPIE.']);
  });

  test('fewer, more or other failing tests: nothing', () => {
    for (const failing of [['Safety b'], ['Efficiency c'], ['Equivalence a', 'Safety b', 'Efficiency c'], []]) {
      const failures = Object.fromEntries(failing.map((name) => [name, {}]));
      expect(verdictOf(lesson, PART, run(failures), [known], []).misconceptions).toEqual([]);
    }
  });

  test('two that fail alike are both told, three explain nothing', () => {
    const failures = { 'Safety b': {}, 'Efficiency c': {} };
    expect(
      verdictOf(lesson, PART, run(failures), [known, { ...known, sentence: 'Or SPP.' }], []).misconceptions,
    ).toHaveLength(2);
    expect(verdictOf(lesson, PART, run(failures), [known, known, known], []).misconceptions).toEqual([]);
  });
});

test('a failure as long as a book is cut', () => {
  const message = Array.from({ length: 500 }, (_, i) => `line ${i}`).join('\n');
  const lines = verdictOf(lesson, PART, run({ 'Safety b': { message } }), [], []).groups[1].tests[0].lines;
  expect(lines.length).toBeLessThan(20);
  expect(lines.at(-1)).toBe('... (486 more lines)');
});
