/** When a question comes back, and where a quiz that was left goes on. */
import { NO_PROGRESS, type Progress } from '../../src/course/progress';
import { afterAnswer, afterSitting, dueAgain, openSitting, withoutSitting } from '../../src/course/quiz-progress';

const DAY = 24 * 60 * 60 * 1000;
const NOON = new Date('2027-03-01T12:00:00Z');
const later = (days: number): Date => new Date(NOON.getTime() + days * DAY);

/** Answers to one question, each when it is due. */
function answered(...rights: readonly boolean[]): { progress: Progress; gaps: number[] } {
  let [progress, now] = [NO_PROGRESS, NOON];
  const gaps = rights.map((right) => {
    progress = afterAnswer(progress, 'l', 'q', right, now);
    const due = new Date(progress.questions['l/q'].due);
    const gap = (due.getTime() - now.getTime()) / DAY;
    now = due;
    return gap;
  });
  return { progress, gaps };
}

test('right answers in a row make the gap wider, a wrong one begins again with a day', () => {
  expect(answered(true, true, true, true, true).gaps).toEqual([1, 3, 7, 21, 21]);
  expect(answered(true, true, false, true, true).gaps).toEqual([1, 3, 1, 1, 3]);
  expect(answered(false, false).gaps).toEqual([1, 1]);
});

test('due again is what was asked before, from its day on, of this lesson', () => {
  let progress = afterAnswer(NO_PROGRESS, 'l', 'wrong', false, NOON);
  progress = afterAnswer(afterAnswer(progress, 'l', 'known', true, NOON), 'l', 'known', true, NOON);
  progress = afterAnswer(progress, 'other', 'new', false, NOON);
  const due = (days: number): readonly string[] => dueAgain(progress, 'l', ['wrong', 'known', 'new'], later(days));
  expect([due(0), due(0.99), due(1), due(3)]).toEqual([[], [], ['wrong'], ['wrong', 'known']]);
});

describe('a quiz that was left', () => {
  const IDS = ['a', 'b', 'c'];
  const begun = afterSitting(afterSitting(NO_PROGRESS, 'l', 's', 'a'), 'l', 's', 'c');

  test('goes on with the same seed and what has not been answered', () => {
    expect(openSitting(begun, 'l', IDS)).toEqual({ seed: 's', left: ['b'] });
  });

  test('is none before the first answer, after the last, after its end, and for other lessons', () => {
    expect(openSitting(NO_PROGRESS, 'l', IDS)).toBeUndefined();
    expect(openSitting(afterSitting(begun, 'l', 's', 'b'), 'l', IDS)).toBeUndefined();
    expect(openSitting(withoutSitting(begun, 'l'), 'l', IDS)).toBeUndefined();
    expect(openSitting(begun, 'm', IDS)).toBeUndefined();
  });

  test('is forgotten when another one begins, and knows nothing of questions that are gone', () => {
    expect(openSitting(afterSitting(begun, 'l', 't', 'b'), 'l', IDS)).toEqual({ seed: 't', left: ['a', 'c'] });
    expect(openSitting(begun, 'l', ['x', 'y'])).toBeUndefined();
    expect(openSitting(begun, 'l', ['a', 'y'])).toEqual({ seed: 's', left: ['y'] });
  });
});
