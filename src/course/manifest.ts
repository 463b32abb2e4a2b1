/** The manifest's types: the ordered list of lessons that everything else of the course reads. */
import type { Parts } from '#vmm';
import { UsageError } from './errors';
import { didYouMean } from './nearest';

interface LessonHead {
  /** 1-based; equal to the position in the list. */
  readonly number: number;
  /** Name in commands and folders, lower case with hyphens: `NN-slug`. */
  readonly slug: string;
  readonly title: string;
  /** What the student writes, in about five words. */
  readonly about: string;
  /** Slugs of earlier lessons that this one builds on. */
  readonly needs: readonly string[];
}

/** A lesson that has its text, stub, solution, suite, wrong solutions and quiz. */
export interface WrittenLesson extends LessonHead {
  readonly written: true;
  /** The seam that the student's file exports a value for. */
  readonly part: keyof Parts;
  /** Name of the student's file inside `exercises/NN-slug/` (the solution has the same name). */
  readonly file: string;
  /** What the suite's tests are worth in all; `hv check` compares it with the suite. */
  readonly points: number;
  /** Guests that show what the lesson is about; the first one is what `hv trace` and the demo use. */
  readonly guests: readonly string[];
  /** A command line that shows what this part buys. */
  readonly demo: string;
  /** A nudge; the concept and where the lesson explains it; a sketch. */
  readonly hints: readonly [string, string, string];
}

/** A lesson of which the place in the course is fixed, and perhaps the part: the reference hypervisor may have it before the lesson has its text. */
export interface PlannedLesson extends LessonHead {
  readonly written: false;
  readonly part?: keyof Parts;
  /** Name of the file in `solutions/NN-slug/` that has the part. */
  readonly file?: string;
}

export type Lesson = WrittenLesson | PlannedLesson;

export interface Course {
  /** Written into progress files, so that another course's file is recognised. */
  readonly id: string;
  readonly title: string;
  readonly lessons: readonly Lesson[];
}

/** `03-trap-and-emulate`: the name of a lesson's folders. */
export function folderOf(lesson: Lesson): string {
  return `${twoDigits(lesson.number)}-${lesson.slug}`;
}

/** `03 trap-and-emulate`: a lesson's name in texts for people. */
export function nameOf(lesson: Lesson): string {
  return `${twoDigits(lesson.number)} ${lesson.slug}`;
}

/** `03`: a lesson's number as folders and texts have it. */
export function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

export function writtenLessons(course: Course): readonly WrittenLesson[] {
  return course.lessons.filter((lesson) => lesson.written);
}

/** The lesson that a person means by `3`, `03`, `trap-and-emulate`, `03-trap-and-emulate` or an unambiguous beginning of a slug. */
export function findLesson(course: Course, name: string): Lesson {
  const wanted = name.toLowerCase();
  const numbered = /^(\d+)(?:-(.*))?$/.exec(wanted);
  const byNumber = numbered && course.lessons.find((lesson) => lesson.number === Number(numbered[1]));
  if (byNumber && byNumber.slug.startsWith(numbered[2] ?? '')) return byNumber;
  const exact = course.lessons.find((lesson) => lesson.slug === wanted);
  if (exact) return exact;
  const begins = wanted === '' ? [] : course.lessons.filter((lesson) => lesson.slug.startsWith(wanted));
  if (begins.length === 1) return begins[0];
  if (begins.length > 1) {
    throw new UsageError(`"${name}" could be ${begins.map(nameOf).join(' or ')}; write a little more of it.`);
  }
  // A beginning is a name, too.
  const slugs = course.lessons.flatMap((lesson) => [lesson.slug, lesson.slug.split('-')[0]]);
  throw new UsageError(
    `There is no lesson "${name}" (1 to ${course.lessons.length}, or a name).${didYouMean(wanted, slugs)} \`hv list\` shows all of them.`,
  );
}

/** Like `findLesson`, but only lessons that can be done today. */
export function findWrittenLesson(course: Course, name: string): WrittenLesson {
  const lesson = findLesson(course, name);
  if (lesson.written) return lesson;
  const ready = writtenLessons(course).map(nameOf).join(', ');
  throw new UsageError(`${nameOf(lesson)} comes later; these lessons are ready: ${ready}.`);
}
