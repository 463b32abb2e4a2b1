/** A lesson's text for the terminal: what `hv read` prints. */
import path from 'node:path';
import { UsageError } from '#course';
import { readLessonText, renderTerminal } from '#course/markdown';

export interface ReadOptions {
  readonly columns: number;
  readonly color: boolean;
}

/** The lesson in `lessons/<folder>` under the package root, wrapped and coloured. Throws a UsageError if it has no text yet. */
export function renderLesson(root: string, folder: string, options: ReadOptions): string {
  const lessonFolder = path.join(root, 'lessons', folder);
  try {
    const { tokens } = readLessonText(root, folder);
    return renderTerminal(tokens, { root, folder: lessonFolder, ...options });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new UsageError(`Lesson ${folder} has no text yet (${path.join('lessons', folder, 'lesson.md')} is missing).`);
  }
}
