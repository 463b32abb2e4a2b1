/** Which lessons' parts are the student's own: those that got full points as they stand now. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import type { Course, WrittenLesson } from './manifest';
import { writtenLessons } from './manifest';
import type { Progress } from './progress';
import { exerciseFile, type Workspace } from './workspace';

/**
 * - `own`: the file got full points, and is still what was graded;
 * - `changed`: it got them, and has been changed since;
 * - `reference`: not yet.
 */
export type Ownership = 'own' | 'changed' | 'reference';

export function ownershipOf(workspace: Workspace, progress: Progress, lesson: WrittenLesson): Ownership {
  const known = (progress.lessons as Readonly<Partial<Progress['lessons']>>)[lesson.slug];
  if (known === undefined || known.runs === 0 || known.points < known.outOf) return 'reference';
  return known.graded === digestOf(exerciseFile(workspace, lesson)) ? 'own' : 'changed';
}

/** Every written lesson with whose part a hypervisor of the student's has. */
export const ownerships = (
  course: Course,
  workspace: Workspace,
  progress: Progress,
): (readonly [WrittenLesson, Ownership])[] =>
  writtenLessons(course).map((lesson) => [lesson, ownershipOf(workspace, progress, lesson)]);

/** SHA-256 of a file, hexadecimal; undefined if it cannot be read. */
export function digestOf(file: string): string | undefined {
  try {
    return createHash('sha256').update(fs.readFileSync(file)).digest('hex');
  } catch {
    return undefined;
  }
}
