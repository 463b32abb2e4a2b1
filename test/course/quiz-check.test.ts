/** Judging answers: each kind of question, each kind of mistake. */
import { check, rightAnswer } from '../../src/course/quiz/check';
import type { Question } from '../../src/course/quiz/question';

const named = { id: 'x', ask: 'What?', why: 'Because.' };

describe('choose', () => {
  const question: Question = {
    ...named,
    kind: 'choose',
    choices: [
      { text: 'U', right: true, why: '' },
      { text: 'S', right: false, why: 'Then sret would work.' },
    ],
  };
  it('is right for the one right choice and says why', () => {
    expect(check(question, 0)).toEqual({ right: true, explanations: ['Because.'], expected: 'U' });
  });
  it('explains the wrong choice', () => {
    expect(check(question, 1)).toEqual({ right: false, explanations: ['Then sret would work.'], expected: 'U' });
  });
  it.each([[7], [-1], ['U'], [[0]]])('takes %p, which is no choice, as a wrong answer', (answer) => {
    expect(check(question, answer).right).toBe(false);
  });
});

describe('choose-all', () => {
  const question: Question = {
    ...named,
    kind: 'choose-all',
    choices: [
      { text: 'csrw satp', right: true, why: 'It changes translation.' },
      { text: 'add', right: false, why: 'It touches registers only.' },
      { text: 'sret', right: true, why: 'It changes the mode.' },
    ],
  };
  it('is right for exactly the right ones, in any order', () => {
    expect(check(question, [2, 0]).right).toBe(true);
  });
  it('explains one too many and one too few separately', () => {
    expect(check(question, [0, 1]).explanations).toEqual([
      '"add": It touches registers only.',
      '"sret": It changes the mode.',
    ]);
  });
  it('takes nothing chosen as every right one missed', () => {
    expect(check(question, []).explanations).toHaveLength(2);
  });
});

describe('number', () => {
  const question: Question = {
    ...named,
    kind: 'number',
    answer: 100,
    within: 2,
    unit: 'exits',
    hex: false,
    mistakes: [{ answer: 12, why: 'That is one walk.' }],
  };
  it.each([[98], [100], [102]])('accepts %p, inside the tolerance', (answer) =>
    expect(check(question, answer).right).toBe(true),
  );
  it.each([[97.9], [103], [Number.NaN], ['100']])('refuses %p', (answer) =>
    expect(check(question, answer).right).toBe(false),
  );
  it('explains a known mistake, and any other by the reason', () => {
    expect(check(question, 12).explanations).toEqual(['That is one walk.']);
    expect(check(question, 13).explanations).toEqual(['Because.']);
  });
  it('gives the right answer with its unit, in hexadecimal where asked', () => {
    expect(check(question, 0).expected).toBe('100 exits');
    expect(check({ ...question, answer: 0x80200014, hex: true, unit: undefined }, 0).expected).toBe('0x80200014');
  });
});

describe('order', () => {
  const question: Question = {
    ...named,
    kind: 'order',
    steps: [
      { text: 'enter', why: 'Nothing happens before.' },
      { text: 'exit', why: 'An exit ends an entry.' },
      { text: 'dispatch', why: 'There must be a reason.' },
    ],
  };
  it('is right for the right order only', () => {
    expect(check(question, [0, 1, 2]).right).toBe(true);
    expect(check(question, [0, 1]).right).toBe(false);
  });
  it('explains the first step that is out of place', () => {
    expect(check(question, [0, 2, 1]).explanations).toEqual(['Place 2 belongs to "exit": An exit ends an entry.']);
  });
});

describe('predict', () => {
  const question: Question = {
    ...named,
    kind: 'predict',
    command: 'npx hv trace hello',
    answer: 'stopped: shutdown',
    mistakes: [{ answer: 'crashed', why: 'It asked for it.' }],
  };
  it('ignores the width of gaps and nothing else', () => {
    expect(check(question, ' stopped:   shutdown ').right).toBe(true);
    expect(check(question, 'Stopped: shutdown').right).toBe(false);
  });
  it('explains a known mistake', () => expect(check(question, 'crashed').explanations).toEqual(['It asked for it.']));
});

describe('find the fault', () => {
  const question: Question = {
    ...named,
    kind: 'fault',
    language: 'ts',
    choices: [
      { text: 'const a = 1;', right: false, why: 'That is fine.' },
      { text: '  const b = a;', right: true, why: '' },
    ],
  };
  it('knows the faulty line and explains the others', () => {
    expect(check(question, 1)).toEqual({ right: true, explanations: ['Because.'], expected: 'const b = a;' });
    expect(check(question, 0).explanations).toEqual(['That is fine.']);
  });
});

describe('match', () => {
  const question: Question = {
    ...named,
    kind: 'match',
    pairs: [
      { text: 'GVA', with: 0, why: 'A program uses it.' },
      { text: 'GPA', with: 1, why: 'The guest takes it for physical.' },
      { text: 'gva', with: 0, why: 'The same again.' },
    ],
    partners: ['vsatp', 'hgatp', 'satp'],
  };
  it('is right if each has its own partner, also one that another has too', () => {
    expect(check(question, [0, 1, 0])).toEqual({
      right: true,
      explanations: ['Because.'],
      expected: 'GVA: vsatp; GPA: hgatp; gva: vsatp',
    });
  });
  it('explains each that has another', () => {
    expect(check(question, [2, 1, 1]).explanations).toEqual(['"GVA": A program uses it.', '"gva": The same again.']);
  });
  it.each([[[0, 1]], [[0, 1, 0, 0]], [0], ['abc']])('takes %j, which is no matching, as a wrong answer', (answer) => {
    expect(check(question, answer).right).toBe(false);
  });
});

describe('fill', () => {
  const question: Question = {
    ...named,
    kind: 'fill',
    text: 'The guest-physical address is translated by ___.',
    answer: 'the G-stage',
    accept: ['stage 2'],
    mistakes: [{ answer: 'satp', why: 'That is the first.' }],
  };
  it.each(['the G-stage', ' The  g-stage', 'stage 2', '`Stage 2`'])('accepts %j', (answer) => {
    expect(check(question, answer)).toEqual({
      right: true,
      explanations: ['Because.'],
      expected: 'The guest-physical address is translated by the G-stage.',
    });
  });
  it('explains a known mistake, and any other by the reason', () => {
    expect(check(question, 'SATP').explanations).toEqual(['That is the first.']);
    expect(check(question, 'stage').explanations).toEqual(['Because.']);
  });

  const code: Question = {
    ...question,
    language: 'ts',
    text: 'return ___;',
    answer: 'slot.hpa + Number(gpa - slot.gpa)',
    accept: [],
    mistakes: [],
  };
  it.each(['slot.hpa+Number(gpa-slot.gpa)', 'slot.hpa +  Number( gpa - slot.gpa )'])(
    'in code, spaces do not count: %j',
    (answer) => expect(check(code, answer).right).toBe(true),
  );
  it.each(['slot.HPA + Number(gpa - slot.gpa)', 'slot.hpa - Number(gpa - slot.gpa)'])(
    'in code, everything else does: %j',
    (answer) => expect(check(code, answer).right).toBe(false),
  );
  it('in code, a space between words counts', () => {
    const typed = { ...code, answer: 'typeof gpa' };
    expect(check(typed, 'typeof  gpa').right).toBe(true);
    expect(check(typed, 'typeofgpa').right).toBe(false);
  });
});

it('accepts its own right answer for every kind', () => {
  const choices = [
    { text: 'a', right: false, why: 'no' },
    { text: 'b', right: true, why: 'yes' },
  ];
  const questions: Question[] = [
    { ...named, kind: 'choose', choices },
    { ...named, kind: 'choose-all', choices },
    { ...named, kind: 'fault', language: 'ts', choices },
    { ...named, kind: 'number', answer: 3, within: 0, hex: false, mistakes: [] },
    { ...named, kind: 'order', steps: ['x', 'y', 'z'].map((text) => ({ text, why: text })) },
    { ...named, kind: 'predict', command: 'npx hv list', answer: 'a line', mistakes: [] },
    { ...named, kind: 'fill', text: 'a ___ c', answer: 'B', accept: [], mistakes: [] },
    { ...named, kind: 'match', pairs: [{ text: 'x', with: 1, why: 'so' }], partners: ['y', 'z'] },
  ];
  for (const question of questions) expect(check(question, rightAnswer(question)).right).toBe(true);
});
