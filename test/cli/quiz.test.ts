/** `hv quiz` without a terminal: answers from a file, bad files, and what is recorded. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { answerText, instantiate, rightAnswer, shownOrder, type Quiz } from '#course/quiz';
import { runQuiz, type QuizOptions, type QuizSummary } from '../../src/cli/quiz';

const quiz: Quiz = {
  items: [
    {
      id: 'mode',
      kind: 'choose',
      ask: 'Which mode?',
      why: 'It is `U`.',
      section: 'Two copies of one register',
      choices: [
        { text: 'U', right: true, why: '' },
        { text: 'S', right: false, why: 'Then `sret` would work.' },
      ],
    },
    {
      id: 'count',
      kind: 'number',
      ask: 'How many?',
      why: 'Three levels.',
      answer: 15,
      within: 0,
      hex: false,
      mistakes: [{ answer: 12, why: 'And the last one.' }],
    },
    { id: 'made', kind: 'generate', generator: 'csr-number' },
  ],
};

let folder: string;
beforeAll(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'quiz-'))));
afterAll(() => fs.rmSync(folder, { recursive: true }));

interface Taken {
  readonly summary: QuizSummary;
  readonly text: string;
  readonly recorded: Record<string, boolean>;
}

async function take(answers: string | undefined, options: Partial<QuizOptions> = {}): Promise<Taken> {
  const answersFile = path.join(folder, 'answers.yaml');
  if (answers !== undefined) fs.writeFileSync(answersFile, answers);
  let text = '';
  const recorded: Record<string, boolean> = {};
  const io = {
    write: (more: string) => void (text += more),
    terminal: false,
    columns: 60,
    color: false,
    record: (id: string, right: boolean) => void (recorded[id] = right),
  };
  const summary = await runQuiz(
    { lesson: '03 trap-and-emulate', quiz, seed: 's', ...(answers === undefined ? {} : { answersFile }), ...options },
    io,
  );
  return { summary, text, recorded };
}

/** The right answers under a seed, as they would be typed. */
function rightAnswers(seed: string): string {
  return quiz.items
    .map((item) => instantiate(item, seed))
    .map((question) => `${question.id}: ${answerText(question, rightAnswer(question), shownOrder(question, seed))}\n`)
    .join('');
}

it('judges the answers of a file, explains and records them', async () => {
  const { summary, text, recorded } = await take('mode: S\ncount: 0xf\n');
  expect(recorded).toEqual({ mode: false, count: true });
  expect(text).toContain(
    'mode\n✗ Not yet.\n  Then `sret` would work.\n  Comes again later. In the lesson: "Two copies of one register"\n',
  );
  expect(text).toContain('count\n✓ Right.\n  Three levels.\n');
  expect(text).toContain('made\n  (not answered)\n');
  expect(text).toMatch(/1 of 3 right · 1 will come again · 1 not answered\n$/);
  expect(summary).toMatchObject({
    questions: 3,
    left: false,
    outcomes: [
      { id: 'mode', right: false, expected: 'U' },
      { id: 'count', right: true, given: '15' },
    ],
  });
});

it.each(['a', 'b', 'c'])('accepts all right answers as typed under the seed %s', async (seed) => {
  const { summary } = await take(rightAnswers(seed), { seed });
  expect(summary.outcomes.map((outcome) => outcome.right)).toEqual([true, true, true]);
});

it('takes JSON, too, and lists for several letters', async () => {
  const { recorded } = await take('{"mode": "U", "count": 12}');
  expect(recorded).toEqual({ mode: true, count: false });
});

it('asks only what is named', async () => {
  const { summary } = await take('mode: U\n', { only: ['mode'] });
  expect(summary.questions).toBe(1);
});

it.each([
  ['an unknown question', 'mood: U\n', /has no question "mood"/],
  ['an answer that cannot be read', 'count: many\n', /"count": Type a number/],
  ['a letter that is not shown', 'mode: z\n', /"mode": Type one letter, a to b/],
  ['a list', '- U\n', /must hold one line "id: answer"/],
  ['an empty file', '', /must hold one line/],
  ['broken YAML', 'mode: [U\n', /cannot be read/],
])('refuses %s in one sentence', async (_what, answers, sentence) => {
  const refused = take(answers);
  await expect(refused).rejects.toMatchObject({
    name: 'UsageError',
    exitCode: 2,
    message: expect.stringMatching(sentence),
  });
  await refused.catch((error: Error) => expect(error.message).not.toContain('\n'));
});

it('refuses a file that is not there, and a name that is no question', async () => {
  await expect(take(undefined, { answersFile: path.join(folder, 'none.yaml') })).rejects.toThrow(
    /cannot be read \(ENOENT/,
  );
  await expect(take('mode: U\n', { only: ['mood'] })).rejects.toThrow(
    'The quiz of 03 trap-and-emulate has no question "mood".',
  );
});

it('without a terminal and without answers it prints the questions and how to answer', async () => {
  const { summary, text, recorded } = await take(undefined);
  expect(text).toMatch(/mode:\n {2}Which mode\?\n\n {2}a\) [US]\n {2}b\) [US]\n/);
  expect(text).toContain('Write "id: answer" lines into a file: --seed s --answers FILE');
  expect(summary.outcomes).toEqual([]);
  expect(recorded).toEqual({});
});

describe('pairs and gaps', () => {
  const pairsAndGaps: Quiz = {
    items: [
      {
        id: 'pairs',
        kind: 'match',
        ask: 'Whose table?',
        why: 'So it is.',
        pairs: [
          { text: '`vsatp`', with: 0, why: 'The guest writes it.' },
          { text: '`hgatp`', with: 1, why: 'The guest cannot read it.' },
          { text: '`satp`', with: 1, why: 'It is ours.' },
        ],
        partners: ["the guest's", "the hypervisor's"],
      },
      {
        id: 'gap',
        kind: 'fill',
        ask: 'What?',
        why: 'So.',
        text: 'a + ___',
        language: 'ts',
        answer: 'b',
        accept: [],
        mistakes: [],
      },
    ],
  };

  it('are printed with what to type where there is no terminal', async () => {
    const { text } = await take(undefined, { quiz: pairsAndGaps });
    expect(text).toMatch(
      /1\. `vsatp`\n {2}2\. `hgatp`\n {2}3\. `satp`\n\n {2}a\) the hypervisor's\n {2}b\) the guest's\n/,
    );
    expect(text).toContain('gap:\n  What?\n\n      a + ___\n');
  });

  it('are judged from a file, each wrong pair with its reason', async () => {
    const right = await take('pairs: b a a\ngap: b\n', { quiz: pairsAndGaps });
    expect(right.recorded).toEqual({ pairs: true, gap: true });
    const wrong = await take('pairs: [b, b, a]\ngap: c\n', { quiz: pairsAndGaps });
    expect(wrong.recorded).toEqual({ pairs: false, gap: false });
    expect(wrong.text).toContain('"`hgatp`": The guest cannot read it.');
    expect(wrong.summary.outcomes.map(({ given }) => given)).toEqual(['b b a', 'c']);
  });
});
