/** `hv check` on lesson texts: each thing that a reader would stumble over is named with file and line. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { WrittenLesson } from '#course';
import { checkLesson } from '../../src/course/check/lesson-check';

const root = path.join(__dirname, '../..');
const lesson: WrittenLesson = {
  number: 1,
  slug: 'small',
  title: 'Small',
  about: 'something',
  needs: [],
  written: true,
  part: 'runLoop',
  file: 'run-loop.ts',
  points: 1,
  guests: ['hello'],
  demo: 'hv trace hello',
  hints: ['Look.', 'Lesson, "One turn".', 'Do.'],
};
const QUIZ =
  [1, 2, 3]
    .map((n) => `- id: number-${n}\n  section: One turn\n  ask: a?\n  why: b.\n  number: { answer: ${n} }\n`)
    .join('') +
  '- id: choice\n  section: One turn\n  ask: a?\n  why: b.\n  choose:\n    - a: right\n    - b: no\n' +
  '- id: made\n  section: One turn\n  generate: few-exits\n' +
  '- id: order\n  section: One turn\n  ask: a?\n  why: b.\n  order:\n    - a: first\n    - b: second\n    - c: third\n';
const SVG = '<svg viewBox="0 0 1 1"><title>T</title><desc>D.</desc></svg>';
const TEXT = `# Small\n\nSee [x](code:src/a.ts#x).\n\n![A line](figures/line.svg)\n\n## One turn\n\n\`\`\`console\n$ npx hv trace hello\n\`\`\`\n\n${'word '.repeat(1300)}\n`;

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lesson-'));
  fs.mkdirSync(path.join(folder, 'src'));
  fs.mkdirSync(path.join(folder, 'lessons/01-small/figures'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'src/a.ts'), 'export const x = 1;\n');
  write('lesson.md', TEXT);
  write('quiz.yaml', QUIZ);
  write('figures/line.svg', SVG);
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

function write(name: string, content: string): void {
  fs.writeFileSync(path.join(folder, 'lessons/01-small', name), content);
}
const known = { commands: ['trace', 'read'], guests: ['hello'] };
const check = (): string[] =>
  checkLesson(lesson, folder, known).map(({ file, line, sentence }) => `${file}:${line}: ${sentence}`);

it('has nothing to say about a good lesson', () => expect(check()).toEqual([]));

it.each([
  ["a title that is not the manifest's", TEXT.replace('# Small', '# Large'), 1, /must be "Small"/],
  ['too few words', TEXT.replace(/(word ){200}/, ''), 1, /has 11\d\d words/],
  ['no figure', TEXT.replace(/!\[.*\n/, ''), 1, /no figure/],
  ['two headings of one name', `${TEXT}\n## One turn\n`, 1, /two headings are called "one-turn"/],
  [
    'a heading that a hint cites and that is not there',
    TEXT.replace('## One turn', '## Another'),
    1,
    /a hint cites the heading "One turn"/,
  ],
  [
    'a code pattern that finds nothing',
    TEXT.replace('a.ts#x', 'a.ts#y'),
    3,
    /code pattern does not resolve: src\/a\.ts has no `y`/,
  ],
  ['a fence whose code is not there', `${TEXT}\n\`\`\`code src/b.ts#x\n\`\`\`\n`, 15, /no file src\/b\.ts/],
  ['a link to no heading', `${TEXT}\n[there](#nowhere)\n`, 15, /leads to a heading that is not there/],
  ['a link to no lesson', `${TEXT}\n[there](../99-none/lesson.md)\n`, 15, /leads to lesson 99-none, which has no text/],
  [
    'a link that only works elsewhere',
    `${TEXT}\n[there](../../src/a.ts)\n`,
    15,
    /neither a heading, nor a lesson, nor https/,
  ],
  ['a command that is not there', TEXT.replace('hv trace', 'hv tarce'), 9, /no command `hv tarce`/],
  ['a guest that is not there', TEXT.replace('trace hello', 'trace hallo'), 9, /no guest "hallo"/],
  ['a figure that is not there', TEXT.replace('line.svg', 'lime.svg'), 5, /no figure figures\/lime\.svg/],
  ['a figure without words for those who cannot see it', TEXT.replace('![A line]', '![]'), 5, /no alternative text/],
])('names %s', (_what, text, line, sentence) => {
  write('lesson.md', text);
  expect(check()).toContainEqual(
    expect.stringMatching(new RegExp(`^lessons/01-small/lesson\\.md:${line}: .*${sentence.source}`)),
  );
});

it('names what is wrong inside a figure', () => {
  write('figures/line.svg', SVG.replace(/<desc>.*<\/desc>/, ''));
  expect(check()).toEqual(['lessons/01-small/lesson.md:5: figures/line.svg has no <desc>: say in words what it shows']);
});

it.each([
  ['a question without a section', QUIZ.replace('  section: One turn\n', ''), 1, /"number-1": it names no section/],
  [
    'a section that is not there',
    QUIZ.replace(/(number-3\n {2}section: )One turn/, '$1Two turns'),
    11,
    /no heading "Two turns"/,
  ],
  ['too few questions', QUIZ.replace(/- id: number-2[^]*?(?=- id)/, ''), 1, /has 5 questions/],
  [
    'too few kinds',
    QUIZ.replace(/- id: order[^]*/, '- id: more\n  section: One turn\n  generate: few-exits\n'),
    1,
    /fewer than 4 kinds/,
  ],
  ['a fault of the file, with its own line', QUIZ.replace('answer: 2', 'answer: two'), 10, /must be a number/],
])('names %s in the quiz', (_what, quiz, line, sentence) => {
  write('quiz.yaml', quiz);
  expect(check()).toContainEqual(
    expect.stringMatching(new RegExp(`^lessons/01-small/quiz\\.yaml:${line}: .*${sentence.source}`)),
  );
});

it('names a heading that the suite or a wrong solution sends people to and that is not there', () => {
  fs.mkdirSync(path.join(folder, 'test/mutants/01-small'), { recursive: true });
  fs.mkdirSync(path.join(folder, 'test/lessons'));
  const suite = "test('a', 'lesson: \"One turn\"');\ntest('b', 'manual; lesson: \"A guest\\'s turn\"');\n";
  fs.writeFileSync(path.join(folder, 'test/lessons/01-small.test.ts'), suite);
  fs.writeFileSync(path.join(folder, 'test/mutants/01-small/forgets.ts'), 'sentence: \'Read lesson, "Nowhere".\'\n');
  expect(check()).toEqual([
    'test/lessons/01-small.test.ts:2: the lesson has no heading "A guest\'s turn"',
    'test/mutants/01-small/forgets.ts:1: the lesson has no heading "Nowhere"',
  ]);
});

it('names a missing text, and a missing quiz', () => {
  fs.rmSync(path.join(folder, 'lessons/01-small/quiz.yaml'));
  expect(check()).toEqual([expect.stringMatching(/quiz\.yaml:1: it cannot be read/)]);
  fs.rmSync(path.join(folder, 'lessons/01-small/lesson.md'));
  expect(check()).toEqual(['lessons/01-small/lesson.md:1: there is no lesson text']);
});

it('finds the real lessons in order', async () => {
  const { course } = await import('#lessons');
  const { guests } = await import('#guests');
  for (const real of course.lessons) {
    if (real.written) expect(checkLesson(real, root, { guests: guests.map((guest) => guest.name) })).toEqual([]);
  }
});
