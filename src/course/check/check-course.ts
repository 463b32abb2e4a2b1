/** `hv check`: everything that can be wrong with a course, looked at once. */
import { guests } from '#guests';
import { writeAtomically } from '../atomic-write';
import type { TestId } from '../grading/protocol';
import { formatSignatures, type Signature } from '../grading/signatures';
import type { Runner } from '../grading/runner';
import type { Course, WrittenLesson } from '../manifest';
import { nameOf, writtenLessons } from '../manifest';
import { manifestErrors } from '../manifest-check';
import type { Workspace } from '../workspace';
import type { Finding } from './finding';
import { checkGrading, checkSignatures, signaturesFile } from './grade-check';
import { checkLesson, type KnownNames } from './lesson-check';
import { Pool } from './pool';
import { strayFiles } from './stray-files';

/** A lesson's tests, and which of them each of its wrong solutions fails. */
export interface Mistakes {
  readonly tests: readonly TestId[];
  readonly signatures: readonly Signature[];
}

/** Findings about one lesson, or about the course as a whole. */
export interface Section {
  readonly title: string;
  readonly findings: readonly Finding[];
  /** Of a lesson. */
  readonly mistakes?: Mistakes;
}

export interface CheckOptions {
  readonly workspace: Workspace;
  readonly course: Course;
  /** Lessons to look at; all that are written if not given. */
  readonly lessons?: readonly WrittenLesson[];
  /** As many gradings go on at once as there are runners. */
  readonly runners: readonly Runner[];
  /** Runs a TypeScript file and returns what it exports. */
  readonly load: (file: string) => unknown;
  /** Commands that texts may name. */
  readonly commands: readonly string[];
  /** Store the signatures of wrong solutions instead of comparing them. */
  readonly write?: boolean;
  readonly onSection?: (section: Section) => void;
}

export async function checkCourse(options: CheckOptions): Promise<readonly Section[]> {
  const { workspace, course } = options;
  const sections: Section[] = [];
  const add = (section: Section) => {
    sections.push(section);
    options.onSection?.(section);
  };
  add({ title: 'the course', findings: [manifestFinding(course), strayFiles(workspace, course)] });
  const runners = new Pool(options.runners);
  const lessons = options.lessons ?? writtenLessons(course);
  // While the text of one lesson is looked at, the runners work on the next.
  let next: Promise<Section> | undefined;
  for (const [i, lesson] of lessons.entries()) {
    const current = next ?? checkOne(options, lesson, runners);
    next = i + 1 < lessons.length ? checkOne(options, lessons[i + 1], runners) : undefined;
    next?.catch(() => undefined); // whoever waits for it hears of that
    add(await current);
  }
  return sections;
}

async function checkOne(options: CheckOptions, lesson: WrittenLesson, runners: Pool<Runner>): Promise<Section> {
  const { workspace, load } = options;
  const { findings, signatures, tests } = await checkGrading(workspace, lesson, runners, load);
  if (options.write) writeAtomically(signaturesFile(workspace, lesson), formatSignatures(signatures));
  return {
    title: nameOf(lesson),
    findings: [
      ...findings,
      checkSignatures(workspace, lesson, signatures),
      ...guestFindings(lesson),
      ...textFindings(options, lesson),
    ],
    mistakes: { tests, signatures },
  };
}

function manifestFinding(course: Course): Finding {
  const errors = manifestErrors(course);
  return {
    what: 'manifest',
    ok: errors.length === 0,
    detail: errors.length === 0 ? `${course.lessons.length} lessons` : errors.join(' '),
  };
}

function guestFindings(lesson: WrittenLesson): Finding[] {
  const unknown = lesson.guests.filter((name) => !guests.some((guest) => guest.name === name));
  return [
    {
      what: 'guests',
      ok: unknown.length === 0,
      detail: unknown.length === 0 ? lesson.guests.join(', ') : `there is no guest ${unknown.join(', ')}`,
    },
  ];
}

function textFindings({ workspace, commands }: CheckOptions, lesson: WrittenLesson): Finding[] {
  const known: KnownNames = { commands, guests: guests.map((guest) => guest.name) };
  const problems = checkLesson(lesson, workspace.root, known);
  if (problems.length === 0)
    return [{ what: 'text and quiz', ok: true, detail: 'links, code patterns, figures, commands, questions' }];
  return problems.map(({ file, line, sentence }) => ({
    what: 'text and quiz',
    ok: false,
    detail: `${file}:${line}: ${sentence}`,
  }));
}
