/** The student's files: made from the solutions, brought back on request, and never thrown away. */
import fs from 'node:fs';
import path from 'node:path';
import { writeAtomically } from './atomic-write';
import { UsageError, messageOf } from './errors';
import type { Course, WrittenLesson } from './manifest';
import { folderOf, twoDigits, writtenLessons } from './manifest';
import { deriveStub } from './stub';
import type { Workspace } from './workspace';
import { exerciseFile, shownPath, solutionFile } from './workspace';

/** The text that a student starts from. Derived every time: what stands in exercises/ cannot touch it. */
export function pristineStub(workspace: Workspace, lesson: WrittenLesson): string {
  const file = solutionFile(workspace, lesson);
  const number = twoDigits(lesson.number);
  const header = `Edit this file: \`npx hv watch ${number}\` grades it at every save, \`npx hv reset ${number}\` brings this original back.`;
  return deriveStub(readOrRefuse(file), header, shownPath(workspace, file));
}

/** Writes the pristine stub into the cache and returns its path: for graders, which want a file. */
export function pristineStubFile(workspace: Workspace, lesson: WrittenLesson): string {
  const file = path.join(workspace.cache, 'stubs', folderOf(lesson), lesson.file);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  writeAtomically(file, pristineStub(workspace, lesson));
  return file;
}

export interface Reset {
  readonly file: string;
  /** Where the student's text is now; undefined if there was none, or if it was the original already. */
  readonly kept?: string;
}

/** Puts the original back. The student's text is copied first, under a name that was free. */
export function resetExercise(workspace: Workspace, lesson: WrittenLesson): Reset {
  const file = exerciseFile(workspace, lesson);
  const stub = pristineStub(workspace, lesson);
  try {
    const current = readIfThere(file);
    if (current === stub) return { file };
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const kept = current === undefined || current.trim() === '' ? undefined : keepBeside(file);
    writeAtomically(file, stub);
    return kept === undefined ? { file } : { file, kept };
  } catch (error) {
    throw new UsageError(
      `${shownPath(workspace, file)} could not be reset (${messageOf(error)}); your text is where it was.`,
    );
  }
}

/** `reflect.ts.bak`, `reflect.ts.bak2` ...: the first name that is free. */
function keepBeside(file: string): string {
  for (let count = 1; ; count++) {
    const copy = `${file}.bak${count === 1 ? '' : count}`;
    try {
      fs.copyFileSync(file, copy, fs.constants.COPYFILE_EXCL);
      return copy;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Lessons whose file in exercises/ differs from the derived stub. */
export function staleStubs(workspace: Workspace, course: Course): readonly WrittenLesson[] {
  return writtenLessons(course).filter(
    (lesson) => readIfThere(exerciseFile(workspace, lesson)) !== pristineStub(workspace, lesson),
  );
}

/** Writes all stubs into exercises/, for authors. A student uses `resetExercise`, which keeps what was there. */
export function writeStubs(workspace: Workspace, course: Course): readonly string[] {
  return writtenLessons(course).map((lesson) => {
    const file = exerciseFile(workspace, lesson);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    writeAtomically(file, pristineStub(workspace, lesson));
    return file;
  });
}

/** Whether a student has begun: the file is gone, is what it was, or is theirs. */
export function exerciseState(workspace: Workspace, lesson: WrittenLesson): 'missing' | 'original' | 'changed' {
  const text = readIfThere(exerciseFile(workspace, lesson));
  if (text === undefined) return 'missing';
  return text === pristineStub(workspace, lesson) ? 'original' : 'changed';
}

function readIfThere(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function readOrRefuse(file: string): string {
  const text = readIfThere(file);
  if (text === undefined) throw new UsageError(`${file} is missing: this copy of the course is not complete.`);
  return text;
}
