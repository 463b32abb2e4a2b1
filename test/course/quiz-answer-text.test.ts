/** What people type, read as answers; and answers written back. */
import { answerText, readAnswer } from '../../src/course/quiz/answer-text';
import type { Question } from '../../src/course/quiz/question';

const named = { id: 'x', ask: 'What?', why: 'Because.' };
const choices = ['alpha', 'beta', 'gamma'].map((text) => ({ text, right: text === 'beta', why: 'no' }));
const choose: Question = { ...named, kind: 'choose', choices };
const chooseAll: Question = { ...named, kind: 'choose-all', choices };
const number: Question = { ...named, kind: 'number', answer: 1, within: 0, hex: true, mistakes: [] };
const order: Question = { ...named, kind: 'order', steps: choices };
const fault: Question = { ...named, kind: 'fault', language: 'ts', choices };
const match: Question = {
  ...named,
  kind: 'match',
  pairs: [0, 2, 2].map((partner) => ({ text: 'x', with: partner, why: 'so' })),
  partners: ['alpha', 'beta', 'gamma'],
};
const fill: Question = { ...named, kind: 'fill', text: 'a ___', answer: 'b', accept: [], mistakes: [] };
/** On the screen: a = gamma, b = alpha, c = beta. */
const shown = [2, 0, 1];

it('reads letters as they stand on the screen', () => {
  expect(readAnswer(choose, ' C ', shown)).toEqual({ ok: true, answer: 1 });
  expect(readAnswer(chooseAll, 'a, c', shown)).toEqual({ ok: true, answer: [2, 1] });
  expect(readAnswer(order, 'bca', shown)).toEqual({ ok: true, answer: [0, 1, 2] });
});

it("reads a choice's own text, as answer files may give it", () => {
  expect(readAnswer(choose, 'gamma', shown)).toEqual({ ok: true, answer: 2 });
});

it.each([
  ['15', 15],
  ['0x8020_0014', 0x80200014],
  ['0b101', 5],
  ['1,204', 1204],
  ['-2', -2],
  ['2.5', 2.5],
])('reads the number %s', (typed, answer) => expect(readAnswer(number, typed, [])).toEqual({ ok: true, answer }));

it.each(['', 'fifteen', '0xg', '1.2.3', '15 exits', '1e3', 'Infinity'])(
  'refuses %j as a number with a sentence',
  (typed) => {
    expect(readAnswer(number, typed, [])).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/^Type a number/),
    });
  },
);

it.each([
  [choose, 'd'],
  [choose, 'ab'],
  [choose, ''],
  [chooseAll, 'aa'],
  [order, 'ab'],
  [match, 'ab'],
  [match, 'abd'],
  [match, ''],
  [fill, ' '],
  [fault, '0'],
  [fault, '4'],
  [fault, 'two'],
])('refuses what is not on the screen: %j %s', (question, typed) => {
  expect(readAnswer(question, typed, shown).ok).toBe(false);
});

it('reads a letter for each pair, the same one twice if need be', () => {
  expect(readAnswer(match, 'B a,a', shown)).toEqual({ ok: true, answer: [0, 2, 2] });
  expect(answerText(match, [0, 2, 2], shown)).toBe('b a a');
});

it('reads what belongs into a gap as it was typed', () => {
  expect(readAnswer(fill, ' x + 1 ', [])).toEqual({ ok: true, answer: 'x + 1' });
});

it.each([
  ['exits', '15 exits', 15],
  ['exits', '1,204 Exits', 1204],
  ['bytes', '0x1000 bytes', 4096],
  ['bytes', '4 KiB', 4096],
  ['bytes', '1.5MiB', 1572864],
  ['bytes', '2 GiB', 2147483648],
])('reads a number of %s with its unit: %s', (unit, typed, answer) =>
  expect(readAnswer({ ...number, unit }, typed, [])).toEqual({ ok: true, answer }),
);

it.each([
  ['exits', '4 KiB'],
  ['exits', '15 reads'],
  ['bytes', 'KiB'],
])('refuses as a number of %s: %s', (unit, typed) => expect(readAnswer({ ...number, unit }, typed, []).ok).toBe(false));

it('writes an answer as it would be typed', () => {
  expect(answerText(chooseAll, [2, 1], shown)).toBe('a c');
  expect(answerText(choose, 0, shown)).toBe('b');
  expect(answerText(number, 0x100, [])).toBe('0x100');
  expect(answerText(fault, 1, [0, 1, 2])).toBe('2');
});
