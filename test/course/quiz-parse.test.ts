/** quiz.yaml: every form is read, and every fault is a sentence with its line. */
import { parseQuiz } from '../../src/course/quiz/parse';

const GOOD = `
- id: which-mode
  section: Two copies of one register
  ask: Which mode is the hart in?
  why: The guest's kernel is in U-mode.
  choose:
    - U: right
    - S: Then the guest could execute sret.
- id: which-trap
  ask: Which of these trap in U-mode?
  why: Those that touch S-mode's state.
  choose all:
    - csrw satp: { right: It names a supervisor register. }
    - add: It touches integer registers only.
- id: how-many
  ask: How many?
  why: Three levels.
  number: { answer: 15, within: 1, unit: reads, mistakes: { 12: Add the last one. } }
- id: in-order
  ask: In which order?
  why: So it is.
  order:
    - enter: First.
    - exit: Second.
    - resume: Third.
- id: guess
  ask: What does it print?
  why: It says so.
  predict: { command: npx hv list, answer: one line, mistakes: { no line: It has one. } }
- id: fault
  ask: Which line is wrong?
  why: The pc moves twice.
  fault:
    language: ts
    lines:
      - a(): Fine.
      - b(): right
- id: pairs
  ask: What belongs together?
  why: So it is.
  match:
    pairs:
      - IPA: { with: stage 2, why: Arm's word. }
      - GPA: { with: stage 2, why: Everybody else's. }
      - VA: { with: stage 1, why: The program's. }
    others: [stage 3]
- id: gap
  ask: What is missing?
  why: So it is.
  fill: { text: "a ___ c", language: ts, answer: b, accept: [bb], mistakes: { d: No. } }
- id: made
  generate: csr-number
`;

it('reads every kind', () => {
  const parsed = parseQuiz(GOOD);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  expect(parsed.quiz.items.map((item) => item.kind)).toEqual([
    'choose',
    'choose-all',
    'number',
    'order',
    'predict',
    'fault',
    'match',
    'fill',
    'generate',
  ]);
  expect(parsed.quiz.items[0]).toMatchObject({
    section: 'Two copies of one register',
    choices: [{ text: 'U', right: true }, { right: false }],
  });
  expect(parsed.quiz.items[2]).toMatchObject({
    answer: 15,
    within: 1,
    unit: 'reads',
    hex: false,
    mistakes: [{ answer: 12, why: 'Add the last one.' }],
  });
  expect(parsed.quiz.items[6]).toMatchObject({
    pairs: [
      { text: 'IPA', with: 0, why: "Arm's word." },
      { text: 'GPA', with: 0 },
      { text: 'VA', with: 1 },
    ],
    partners: ['stage 2', 'stage 1', 'stage 3'],
  });
  expect(parsed.quiz.items[7]).toMatchObject({
    text: 'a ___ c',
    language: 'ts',
    answer: 'b',
    accept: ['bb'],
    mistakes: [{ answer: 'd', why: 'No.' }],
  });
});

const question = (rest: string): string => `- id: x\n  ask: What?\n  why: So.\n${rest}`;

const matching = (partners: readonly string[]): string =>
  `  match:\n    pairs:\n${partners.map((partner, i) => `      - p${i}: { with: ${partner}, why: So. }`).join('\n')}`;

it.each([
  ['nothing', '', 1, /a list of questions/],
  ['a mapping', 'id: x', 1, /a list of questions/],
  ['broken YAML', '- id: [x', 1, /not YAML/],
  ['a key used twice', '- id: x\n  id: y\n  generate: csr-number', 2, /not YAML: Map keys must be unique/],
  ['no kind', '- id: x\n  ask: What?', 1, /exactly one of: choose/],
  ['two kinds', question('  choose: []\n  order: []'), 1, /exactly one of/],
  ['a bare word for a question', '- hello', 1, /exactly one of/],
  ['no id', '- ask: What?\n  why: So.\n  choose:\n    - a: right\n    - b: no', 1, /"id": must be text/],
  ['an id with spaces', '- id: My Question\n  generate: csr-number', 1, /lower-case words/],
  ['no ask', '- id: x\n  why: So.\n  choose:\n    - a: right\n    - b: no', 1, /"ask": must be text/],
  ['no why', '- id: x\n  ask: What?\n  choose:\n    - a: right\n    - b: no', 1, /"why": must be text/],
  ['a wrong choice without an explanation', question('  choose:\n    - a: right\n    - b:'), 6, /"choose\.b"/],
  ['no right choice', question('  choose:\n    - a: no\n    - b: no'), 1, /exactly one entry is "right", not 0/],
  ['two right choices', question('  choose:\n    - a: right\n    - b: right'), 1, /not 2/],
  ['one choice only', question('  choose:\n    - a: right'), 5, /at least two/],
  [
    'a right one of several without what is missed',
    question('  choose all:\n    - a: right\n    - b: no'),
    1,
    /say what is missed without "a"/,
  ],
  ['none right of several', question('  choose all:\n    - a: no\n    - b: no'), 1, /at least one entry is right/],
  ['a text for a number', question('  number: { answer: many }'), 4, /"number.answer": must be a number/],
  [
    'a known mistake that is no number',
    question('  number: { answer: 1, mistakes: { many: no } }'),
    1,
    /"mistakes" are numbers/,
  ],
  ['two steps to order', question('  order:\n    - a: 1st\n    - b: 2nd'), 5, /at least three steps/],
  ['two pairs', question(matching(['a', 'b'])), 6, /at least three pairs/],
  ['pairs with one partner only', question(matching(['a', 'a', 'a'])), 1, /at least two partners/],
  [
    "a partner of nobody who is somebody's",
    question(`${matching(['a', 'b', 'c'])}\n    others: [b]`),
    1,
    /"others" are nobody's/,
  ],
  ['a text without a gap', question('  fill: { text: a b, answer: c }'), 1, /one gap, written ___/],
  ['a text with two gaps', question('  fill: { text: ___ b ___, answer: c }'), 1, /one gap, written ___/],
  [
    'a mistake that would be taken as right',
    question('  fill: { text: a ___, answer: stage two, accept: [stage 2], mistakes: { Stage 2: no } }'),
    1,
    /"Stage 2" is among the mistakes, and right/,
  ],
  [
    'a command of another program',
    question('  predict: { command: rm -rf x, answer: y }'),
    4,
    /must start with "npx hv "/,
  ],
  ['an unknown generator', '- id: x\n  generate: dice', 2, /"generate"/],
  ['an unknown key', question('  choose:\n    - a: right\n    - b: no\n  chose: 1'), 1, /chose/],
  ['an id used twice', '- id: x\n  generate: csr-number\n- id: x\n  generate: csr-number', 3, /"x" is used twice/],
])('refuses %s with a sentence and its line', (_name, source, line, sentence) => {
  const parsed = parseQuiz(source);
  expect(parsed.ok).toBe(false);
  if (parsed.ok) return;
  expect(parsed.problems[0]).toEqual({ line, sentence: expect.stringMatching(sentence) });
  for (const problem of parsed.problems) expect(problem.sentence).not.toMatch(/\n|undefined|\[object/);
});
