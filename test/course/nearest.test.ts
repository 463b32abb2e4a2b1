/** "Did you mean" offers the word that was meant, and keeps quiet otherwise. */
import { didYouMean, editDistance, nearest } from '../../src/course/nearest';

describe('editDistance', () => {
  // The classical example, and one swap that plain Levenshtein counts twice.
  test.each([
    ['kitten', 'sitting', 3],
    ['watch', 'wacth', 1],
    ['', 'abc', 3],
    ['same', 'same', 0],
  ])('%s -> %s is %d', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });
});

test('a slip of the finger finds its word, another word finds nothing', () => {
  const commands = ['watch', 'test', 'trace', 'status'];
  expect(nearest('wacth', commands)).toBe('watch');
  expect(nearest('TEST', commands)).toBe('test');
  expect(nearest('frobnicate', commands)).toBeUndefined();
  expect(didYouMean('statsu', commands)).toBe(' Did you mean "status"?');
  expect(didYouMean('frobnicate', commands)).toBe('');
});
