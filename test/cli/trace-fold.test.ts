/** Folding of repeats in a trace: nothing is lost, and what is alike at different places stays apart. */
import { foldRepeats, type Repeats } from '../../src/cli/trace-fold';
import type { TracedExit } from '#course/trace';

/** Exits at places that letters name, numbered from 1. */
const exitsAt = (places: string): TracedExit[] =>
  [...places].map((place, i) => ({
    number: i + 1,
    time: BigInt(i),
    pc: BigInt(place.charCodeAt(0)),
    exit: { kind: 'budget' },
    why: '',
    did: ['did'],
  }));

/** Exits as letters again, repeats as `(period x times)`. */
const shown = (folded: readonly (TracedExit | Repeats)[]): string =>
  folded
    .map((each) => ('exit' in each ? String.fromCharCode(Number(each.pc)) : `(${each.period}x${each.times})`))
    .join('');

test.each([
  ['', ''],
  ['abc', 'abc'],
  ['aaa', 'aaa'], // two lines and one that says so: nothing to speak of is saved
  ['aaaa', 'a(1x3)'],
  ['abab', 'abab'],
  ['ababab', 'ab(2x2)'],
  ['xabababay', 'xab(2x2)ay'],
  ['abcabcabcd', 'abc(3x2)d'],
  ['aaaabbbb', 'a(1x3)b(1x3)'],
  ['aabaabaab', 'aab(3x2)'],
])('%s', (places, folded) => {
  expect(shown(foldRepeats(exitsAt(places)))).toBe(folded);
});

test('every exit is shown or counted, and the fold says up to which', () => {
  const exits = exitsAt('abababcccccccddefefef');
  const folded = foldRepeats(exits);
  let number = 0;
  for (const each of folded) {
    number += 'exit' in each ? 1 : each.period * each.times;
    expect('exit' in each ? each.number : each.last).toBe(number);
  }
  expect(number).toBe(exits.length);
});
