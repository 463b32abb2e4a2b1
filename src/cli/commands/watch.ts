/** `hv watch 03`: a verdict at every save, with keys for what comes next. */
import type { Command } from 'commander';
import type { WrittenLesson } from '#course';
import { findWrittenLesson, writtenLessons } from '#course';
import type { Context } from '../context';
import { createRunner } from '../grade';
import { readStatus } from '../status-view';
import { WatchSession } from '../watch-session';

export function addWatch(program: Command, context: Context): void {
  program
    .command('watch [lesson]')
    .description('a verdict at every save')
    .addHelpText(
      'after',
      '\nExamples:\n  hv watch 03\n  hv watch            the first lesson that is not yours yet\n\nWithout a terminal it prints every verdict until it is stopped.',
    )
    .action(async (name: string | undefined) => {
      await watch(context, name === undefined ? nextLesson(context) : findWrittenLesson(context.course, name));
    });
}

function nextLesson(context: Context): WrittenLesson {
  const { next } = readStatus(context);
  const lesson = next ?? writtenLessons(context.course)[0];
  return findWrittenLesson(context.course, String(lesson.number));
}

/** Watches until somebody leaves. */
async function watch(context: Context, lesson: WrittenLesson): Promise<void> {
  const grading = await import('#course/grading');
  // After an endless loop the screen comes at once; the tests behind it are for the next save.
  const runner = createRunner(context, grading, 0);
  runner.warm();
  const session = new WatchSession(context, grading, runner, lesson);
  try {
    await session.run();
  } finally {
    runner.close();
  }
}
