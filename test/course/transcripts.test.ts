/** What lessons and quizzes say that a command prints is what it prints: every transcript is run. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { folderOf, writtenLessons } from '#course';
import { readLessonText } from '#course/markdown';
import { readQuiz } from '#course/quiz';
import { course } from '#lessons';

jest.setTimeout(120_000);

const root = path.join(__dirname, '../..');
const run = promisify(execFile);
const sameLine = (text: string): string => text.trim().replaceAll(/\s+/g, ' ');

const outputs = new Map<string, Promise<string[]>>();

/** What a command prints; several lessons show the same one, which is run once. */
function output(command: string): Promise<string[]> {
  const printed = outputs.get(command) ?? runOf(command);
  outputs.set(command, printed);
  return printed;
}

/** On a terminal wide enough that nothing is cut off; columns may be narrower in a lesson. */
async function runOf(command: string): Promise<string[]> {
  const args = command.split(/\s+/).slice(2);
  const env = { ...process.env, COLUMNS: '120', NO_COLOR: '1' };
  const { stdout, stderr } = await run(process.execPath, [path.join(root, 'bin/hv.cjs'), ...args], {
    env,
    maxBuffer: 1 << 26,
  }).catch(refusal);
  return (stdout + stderr).trimEnd().split('\n').map(sameLine);
}

/** A command that refuses what it was given says so in one sentence, and that is its transcript; anything else is an error of ours. */
function refusal(error: { code?: unknown; stdout: string; stderr: string }): { stdout: string; stderr: string } {
  if (error.code === 2) return error;
  throw error as unknown as Error;
}

/** A line `…` stands for any lines, a `…` at the end of a line for the rest of it. */
function firstDifference(expected: readonly string[], printed: readonly string[]): string | undefined {
  let at = 0;
  let anywhere = false;
  for (const line of expected) {
    if (line === '…') {
      anywhere = true;
      continue;
    }
    const fits = (text: string): boolean => (line.endsWith('…') ? text.startsWith(line.slice(0, -1)) : text === line);
    const found = printed.findIndex((text, index) => index >= at && fits(text));
    if (found === -1 || (!anywhere && found !== at)) return `"${line}" is not printed there; "${printed[at]}" is`;
    at = found + 1;
    anywhere = false;
  }
  return anywhere || at === printed.length ? undefined : `"${printed[at]}" is printed behind the end of the transcript`;
}

describe.each(writtenLessons(course).map(folderOf))('%s', (folder) => {
  const blocks = readLessonText(root, folder)
    .tokens.filter((token) => token.type === 'fence' && token.info.trim() === 'console')
    .map((token) => token.content.trimEnd().split('\n'))
    .filter((lines) => lines.length > 1);

  it.each(blocks.map((lines) => [lines[0], lines.slice(1)] as const))('%s', async (prompt, expected) => {
    expect(firstDifference(expected.map(sameLine), await output(prompt.slice(2)))).toBeUndefined();
  });
});

const predictions = writtenLessons(course).flatMap((lesson) =>
  readQuiz(root, folderOf(lesson)).items.flatMap((item) => (item.kind === 'predict' ? [[item.id, item] as const] : [])),
);

describe.each(predictions)('the prediction %s', (_id, { command, answer, mistakes }) => {
  it('is printed', async () => {
    expect(await output(command)).toContain(sameLine(answer));
  });
  it('is no answer that is called a mistake', () => {
    expect(mistakes.map((mistake) => sameLine(mistake.answer))).not.toContain(sameLine(answer));
  });
});

it('tells a wrong transcript from a right one', () => {
  const printed = ['a', 'b', 'c d'];
  expect(firstDifference(['a', 'b', 'c d'], printed)).toBeUndefined();
  expect(firstDifference(['a', '…'], printed)).toBeUndefined();
  expect(firstDifference(['…', 'c…'], printed)).toBeUndefined();
  expect(firstDifference(['a', 'c d'], printed)).toMatch('"c d" is not printed there');
  expect(firstDifference(['a', 'b'], printed)).toMatch('behind the end');
  expect(firstDifference(['…', 'x', '…'], printed)).toMatch('"x" is not printed');
});
