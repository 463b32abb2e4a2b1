/** Two files beside each other, in any terminal. */
import { sideBySide } from '../../src/cli/side-by-side';

const yours = { title: 'yours', text: 'one\ntwo\nthree\n' };
const solution = { title: 'the solution', text: 'uno\ndos\n' };

test('on a wide terminal line by line', () => {
  const lines = sideBySide(yours, solution, 103);
  expect(lines.map((line) => line.split('│').map((cell) => cell.trim()))).toEqual([
    ['yours', 'the solution'],
    ['─────', '────────────'],
    ['one', 'uno'],
    ['two', 'dos'],
    ['three', ''],
  ]);
});

test('on a narrow one after the other', () => {
  expect(sideBySide(yours, solution, 80)).toEqual([
    'yours',
    '─────',
    'one',
    'two',
    'three',
    '',
    'the solution',
    '────────────',
    'uno',
    'dos',
  ]);
});

test.each([60, 100, 133])('never wider than %d columns', (columns) => {
  const long = { title: 'x', text: 'y'.repeat(300) };
  expect(Math.max(...sideBySide(long, long, columns).map((line) => [...line].length))).toBeLessThanOrEqual(columns);
});
