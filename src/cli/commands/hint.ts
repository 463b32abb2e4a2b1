/** `hv hint 03`: the next of a lesson's three hints; those shown before come along. */
import type { Command } from 'commander';
import type { WrittenLesson } from '#course';
import { UsageError, afterHint, findWrittenLesson, nameOf } from '#course';
import type { Context } from '../context';
import { styleFor, wrap } from '../style';

export function addHint(program: Command, context: Context): void {
  program
    .command('hint <lesson> [step]')
    .description('the next hint: a nudge, the concept, a sketch')
    .addHelpText('after', '\nExamples:\n  hv hint 03        the next one\n  hv hint 03 1      the first one again')
    .action((name: string, step: string | undefined) => {
      const lesson = findWrittenLesson(context.course, name);
      const shown = showHint(context, lesson, step === undefined ? undefined : stepOf(step));
      context.io.out(context.json ? `${JSON.stringify(shown)}\n` : `${shown.lines.join('\n')}\n`);
    });
}

function stepOf(text: string): number {
  if (!/^[123]$/.test(text)) throw new UsageError(`There is no hint "${text}"; every lesson has three: 1, 2 and 3.`);
  return Number(text);
}

export interface ShownHint {
  readonly step: number;
  readonly of: number;
  readonly hint: string;
  readonly lines: readonly string[];
}

/** Chooses the hint, remembers that it was shown, and sets it for the terminal. */
export function showHint(context: Context, lesson: WrittenLesson, wanted?: number): ShownHint {
  const before = context.progress.read().lessons[lesson.slug] as { hints: number } | undefined;
  const step = wanted ?? Math.min((before?.hints ?? 0) + 1, lesson.hints.length);
  context.progress.update((progress) => ({
    ...progress,
    lessons: { ...progress.lessons, [lesson.slug]: afterHint(progress.lessons[lesson.slug], step, lesson.points) },
  }));
  const style = styleFor(context.colour);
  const hint = lesson.hints[step - 1];
  const title = style.strong(`${nameOf(lesson)} · hint ${step} of ${lesson.hints.length}`);
  const lines = [title, ...wrap(hint, Math.min(context.io.columns, 100), 2)];
  return { step, of: lesson.hints.length, hint, lines };
}
