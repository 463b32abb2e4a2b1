/** A verdict on the screen: what a student sees of groups, points, failures, types and prints. */
import type { Verdict } from '../../src/course/grading';
import { styleFor } from '../../src/cli/style';
import { typeLines, verdictLines } from '../../src/cli/verdict-view';

const page = {
  style: styleFor(false),
  columns: 90,
  title: '03 trap-and-emulate · exercises/03/x.ts',
  when: 'saved 14:02:11 · 0.42 s',
};

const verdict: Verdict = {
  lesson: 'trap-and-emulate',
  state: 'failed',
  points: 9,
  outOf: 12,
  groups: [
    {
      group: 'Equivalence',
      points: 3,
      outOf: 5,
      measures: [],
      tests: [
        { title: 'CSR accesses do what the processor does', points: 3, outcome: 'passed', lines: [] },
        {
          title: 'a kernel that reads back sstatus sees what it wrote',
          points: 2,
          outcome: 'failed',
          lines: [
            'guest csr-torture left bare metal after 1,204 instructions',
            '  at 0x8020014c   csrrs a0, sstatus, x0',
          ],
        },
      ],
    },
    {
      group: 'Safety',
      points: 4,
      outOf: 4,
      measures: [],
      tests: [{ title: 'stays inside', points: 4, outcome: 'passed', lines: [] }],
    },
    {
      group: 'Efficiency',
      points: 2,
      outOf: 3,
      measures: ['611 exits (pass 800, par 540)'],
      tests: [
        { title: 'few exits', points: 2, outcome: 'passed', lines: [] },
        { title: 'par', points: 1, outcome: 'not-run', lines: [] },
      ],
    },
  ],
  misconceptions: ["You return the host's sstatus."],
  typeProblems: [],
  printed: { text: 'debugging\n', bytes: 10 },
  ms: 420,
};

test('a failing verdict, line by line', () => {
  expect(verdictLines(verdict, page)).toEqual([
    '03 trap-and-emulate · exercises/03/x.ts                            saved 14:02:11 · 0.42 s',
    '  Equivalence   ■ ■ ■ □ □   3 of 5',
    '    ✗ a kernel that reads back sstatus sees what it wrote                         2 points',
    '        guest csr-torture left bare metal after 1,204 instructions',
    '          at 0x8020014c   csrrs a0, sstatus, x0',
    '  Safety        ■ ■ ■ ■   4 of 4',
    '  Efficiency    ■ ■ □   2 of 3   611 exits (pass 800, par 540)',
    '    1 test not run: the run ended before',
    '',
    "  You return the host's sstatus.",
    '',
    '  Your part printed',
    '    debugging',
    '  9 of 12 points',
  ]);
});

test.each([40, 60, 80, 120])('fits %d columns', (columns) => {
  const widest = Math.max(...verdictLines(verdict, { ...page, columns }).map((line) => [...line].length));
  expect(widest).toBeLessThanOrEqual(columns);
});

test('a stub is told what to write, and nothing else', () => {
  const groups = [
    {
      ...verdict.groups[0],
      points: 0,
      tests: [
        {
          title: 'x',
          points: 5,
          outcome: 'not-written' as const,
          lines: ['not written yet: decide whose trap this is'],
        },
      ],
    },
  ];
  const lines = verdictLines({ ...verdict, state: 'not-written', points: 0, groups }, page);
  expect(lines.slice(1)).toEqual(['  Nothing is written yet: decide whose trap this is.', '  0 of 12 points']);
});

test('where room is short, the points and titles stay and details go', () => {
  const failing = Array.from({ length: 8 }, (_, i) => ({
    title: `test ${i}`,
    points: 1,
    outcome: 'failed' as const,
    lines: ['first', 'second', 'third'],
  }));
  const groups = [{ ...verdict.groups[0], points: 0, outOf: 8, tests: failing }];
  const long = { ...verdict, groups, misconceptions: [], printed: { text: '', bytes: 0 } };
  expect(verdictLines(long, page)).toHaveLength(2 + 8 * 4 + 1);
  const short = verdictLines(long, { ...page, rows: 20 });
  expect(short.length).toBeLessThanOrEqual(20);
  expect(short.filter((line) => line.includes('✗ test'))).toHaveLength(8);
  expect(short).toContain('  6 more in full: npx hv test trap-and-emulate');
  expect(short.at(-1)).toBe('  9 of 12 points');
});

test('what is wrong with the whole file is said once', () => {
  const lines = verdictLines({ ...verdict, problem: 'exercises/03/x.ts is empty.' }, page);
  expect(lines.filter((line) => line.includes('is empty'))).toHaveLength(1);
  expect(lines.join('\n')).not.toContain('left bare metal');
});

test("the type checker's lines stand in the student's file", () => {
  const problem = { line: 41, column: 7, code: 'TS2322', text: "Type 'string' is not assignable to type 'bigint'." };
  expect(typeLines([problem], 'virtual-supervisor.ts', page)).toEqual([
    '  The type checker (points do not depend on it)',
    '    virtual-supervisor.ts:41:7  TS2322',
    "      Type 'string' is not assignable to type 'bigint'.",
  ]);
  expect(typeLines([], 'x.ts', page)).toEqual([]);
});

test('advice stands under its error, and is said once where several errors have one cause', () => {
  const problem = { line: 4, column: 2, code: 'TS2365', text: 'Operator ...', advice: 'Write `4n`.' };
  const lines = typeLines(
    [problem, { ...problem, line: 5 }, { ...problem, line: 6, advice: 'Write `5n`.' }],
    'x.ts',
    page,
  );
  expect(lines.slice(1)).toEqual([
    '    x.ts:4:2  TS2365',
    '      Operator ...',
    '        Write `4n`.',
    '    x.ts:5:2  TS2365',
    '      Operator ...',
    '    x.ts:6:2  TS2365',
    '      Operator ...',
    '        Write `5n`.',
  ]);
  expect(typeLines([problem, problem, problem], 'x.ts', { ...page, rows: 8 }).slice(4)).toEqual([
    '    x.ts:4:2  TS2365',
    '      Operator ...',
    '    ... and 1 more',
  ]);
});
