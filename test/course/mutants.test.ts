/** Wrong solutions as a collection: each has its sentence, its group, and a set of failing tests that tells it from the others. */
import fs from 'node:fs';
import path from 'node:path';
import { course } from '#lessons';
import { folderOf, writtenLessons } from '../../src/course';
import { misconceptionsOf, readSignatures } from '../../src/course/grading/signatures';

const folder = (lesson: string): string => path.join(__dirname, '..', 'mutants', lesson);
const lessons = writtenLessons(course).map((lesson) => folderOf(lesson));

/** More students than one make it a known mistake; fewer than this and nobody has looked for them. */
const FEWEST = 8;

describe.each(lessons)('%s', (lesson) => {
  const files = fs.readdirSync(folder(lesson)).filter((name) => name.endsWith('.ts'));
  const signatures = readSignatures(path.join(folder(lesson), 'signatures.json'));

  test('every wrong solution has been graded (`hv check --write`)', () => {
    expect(files.length).toBeGreaterThanOrEqual(FEWEST);
    expect(signatures.map(({ file }) => file).sort()).toEqual([...files].sort());
  });

  test.each(signatures.map((signature) => [signature.file, signature] as const))('%s', (_, signature) => {
    expect(signature.failing.some((name) => name.startsWith(`${signature.group} `))).toBe(true);
    expect(signature.sentence).toMatch(/^.{60,300}[.?]$/);
    const code = fs.readFileSync(path.join(folder(lesson), signature.file), 'utf8');
    expect(code.startsWith('/** ')).toBe(true);
  });

  test('no two say the same, and whoever fails the tests of one reads at most one more sentence', () => {
    expect(repeated(signatures.map(({ sentence }) => sentence))).toEqual([]);
    for (const { failing } of signatures) expect(misconceptionsOf(failing, signatures)).not.toEqual([]);
  });
});

const repeated = (texts: readonly string[]): string[] => texts.filter((text, i) => texts.indexOf(text) !== i);
