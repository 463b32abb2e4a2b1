/** The table of wrong solutions against tests, of `hv check --table` (issue 6, "a report of mutant × test as a table"). */
import { mistakesTable } from '../../src/cli/mistakes-table';

const tests = [
  { name: 'Equivalence x [2 points]', group: 'Equivalence' as const, title: 'x', points: 2 },
  { name: 'Safety y [1 point]', group: 'Safety' as const, title: 'y', points: 1 },
  { name: 'Safety z [1 point]', group: 'Safety' as const, title: 'z', points: 1 },
];
const wrong = (file: string, ...failing: string[]) => ({ file, group: 'Safety' as const, sentence: 'No.', failing });

test('has a row for each wrong solution and a column for each test, and names tests that none fails', () => {
  const signatures = [wrong('one.ts', tests[0].name, tests[1].name), wrong('two.ts', tests[1].name)];
  const lines = mistakesTable({ tests, signatures }, 80).map((line) => line.replaceAll(/ +/g, ' ').trim());
  expect(lines).toEqual([
    '1 Equivalence: x',
    '2 Safety: y',
    '3 Safety: z',
    '',
    '1 2 3',
    'one ✗ ✗ ·',
    'two · ✗ ·',
    'wrong solutions that fail it 1 2 0',
    '',
    'No wrong solution fails: z.',
  ]);
});

test('does not mention tests that none fails if there is no such test', () => {
  const lines = mistakesTable({ tests: tests.slice(0, 1), signatures: [wrong('one.ts', tests[0].name)] }, 80);
  expect(lines.join('\n')).not.toContain('No wrong solution');
});
