/** Spaced repetition as commands: what `hv quiz --review` asks from day to day, by a clock of the test's. */
import { instantiate, readQuiz, rightAnswer } from '#course/quiz';
import { root } from '../e2e/terminal';
import { Student } from './harness';

let student: Student;
beforeEach(() => (student = new Student()));
afterEach(() => student.leave());

/** Noon of the nth day. */
const day = (n: number): Date => new Date(Date.UTC(2027, 2, 1 + n, 12));
const SEED = 'march';

/** The right answer to a generated question of lesson 03 under the seed. */
function right(id: string): string {
  const item = readQuiz(root, '03-trap-and-emulate').items.find((one) => one.id === id)!;
  return String(rightAnswer(instantiate(item, SEED)));
}

/** Answers on one day; `args` say of what. */
async function answer(n: number, answers: Readonly<Record<string, string>>, ...args: string[]) {
  student.clock = day(n);
  const file = student.write(`answers-${n}.json`, JSON.stringify(answers));
  return student.hv('quiz', ...args, '--seed', SEED, '--answers', file);
}

/** Ids that `--review` asks on a day, where there is nobody to answer. */
async function asked(n: number, ...lesson: string[]): Promise<string[]> {
  student.clock = day(n);
  const { code, out } = await student.hv('quiz', ...lesson, '--review');
  expect(code).toBe(0);
  return [...out.matchAll(/^([a-z-]+):$/gm)].map(([, id]) => id);
}

test('what went wrong comes back on the next day; what was right again and again after 1, 3 and 7 days', async () => {
  await answer(0, { decode: '1', pop: right('pop') }, '03');
  expect(await asked(0)).toEqual([]);
  // "from the first entry again after a mistake": both after one day.
  expect(await asked(1)).toEqual(['decode', 'pop']);
  await answer(1, { decode: '1', pop: right('pop') }, '03', '--review');
  expect(await asked(2)).toEqual(['decode']);
  await answer(2, { decode: right('decode') }, '03', '--review');
  expect(await asked(2)).toEqual([]);
  expect(await asked(3)).toEqual(['decode']);
  await answer(3, { decode: right('decode') }, '03', '--review');
  expect(await asked(4)).toEqual(['pop']);
  await answer(4, { pop: right('pop') }, '03', '--review');
  expect(await asked(6)).toEqual(['decode']);
  expect(await asked(11)).toEqual(['decode', 'pop']);
});

test('of all lessons, or of one; where nothing is due it says so, and asks nothing', async () => {
  await answer(0, { decode: '1' }, '03');
  await answer(0, { 'count-calls': '1000000' }, '01');
  expect(await asked(1)).toEqual(['count-calls', 'decode']);
  expect(await asked(1, '03')).toEqual(['decode']);
  student.clock = day(0);
  expect((await student.hv('quiz', '--review')).out).toBe('Nothing is due today.\n');
  expect((await student.hv('quiz', '--review', '--json')).out).toBe('[]\n');
});

test('a review that is answered from a file exits with 1 if something is wrong, and tells as JSON what was asked', async () => {
  await answer(0, { decode: '1', effect: '1' }, '03');
  student.clock = day(1);
  const file = student.write('answers.json', JSON.stringify({ decode: right('decode'), effect: '1' }));
  const { code, out } = await student.hv('quiz', '03', '--review', '--seed', SEED, '--answers', file, '--json');
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject([
    {
      lesson: '03 trap-and-emulate',
      questions: 2,
      left: false,
      outcomes: [
        { id: 'decode', right: true },
        { id: 'effect', right: false },
      ],
    },
  ]);
});
