/** `hv quiz 03`: questions about a lesson. What goes wrong comes back on later days; what was left is gone on with. */
import type { Command } from 'commander';
import type { Progress, WrittenLesson } from '#course';
import {
  afterAnswer,
  afterSitting,
  dueAgain,
  findWrittenLesson,
  folderOf,
  nameOf,
  openSitting,
  UsageError,
  withoutSitting,
  writtenLessons,
} from '#course';
import type { Context } from '../context';
import { loadQuiz } from '../lazy';
import type { QuizSummary } from '../quiz';

interface QuizFlags {
  readonly answers?: string;
  readonly seed?: string;
  readonly review?: boolean;
  readonly anew?: boolean;
}

const EXAMPLES = `
Examples:
  hv quiz 03                                  from the beginning, or on from where you left it
  hv quiz --review                            what is due again today, of all lessons
  hv quiz 03 --answers answers.yaml --json    answers from a file`;

export function addQuiz(program: Command, context: Context): void {
  program
    .command('quiz [lesson]')
    .description('questions about a lesson')
    .option('-r, --review', 'only questions that were asked before and are due again; without a lesson: of all')
    .option('--anew', 'from the beginning, even if you left it in the middle')
    .option('-a, --answers <file>', 'answers from a YAML or JSON file, question: answer; asks nothing')
    .option('-s, --seed <text>', 'the same seed asks the same questions')
    .addHelpText('after', EXAMPLES)
    .action(async (name: string | undefined, flags: QuizFlags) => {
      if (flags.review) return review(context, name, flags);
      if (name === undefined)
        throw new UsageError('Which lesson? `hv quiz 03` asks about 03, `hv quiz --review` what is due.');
      const lesson = findWrittenLesson(context.course, name);
      const summary = await take(context, lesson, flags, await sittingFor(context, lesson, flags));
      if (context.json) context.io.out(`${JSON.stringify(summary)}\n`);
    });
}

/** What to ask, and from which seed. `only`: ids, all if it is missing. */
interface Asked {
  readonly seed: string;
  readonly only?: readonly string[];
}

/** Goes on with a quiz that was left in the middle, unless something else was asked for. */
async function sittingFor(context: Context, lesson: WrittenLesson, flags: QuizFlags): Promise<Asked> {
  const seed = flags.seed ?? context.now().toISOString();
  if (flags.seed !== undefined || flags.answers !== undefined || flags.anew || !asks(context)) return { seed };
  const ids = await idsOf(context, lesson);
  const open = openSitting(context.progress.read(), lesson.slug, ids);
  if (open === undefined) return { seed };
  const answered = ids.length - open.left.length;
  context.io.out(`You left this quiz after ${answered} of ${ids.length}; here is the rest (--anew begins again).\n`);
  return { seed: open.seed, only: open.left };
}

async function review(context: Context, name: string | undefined, flags: QuizFlags): Promise<void> {
  const lessons = name === undefined ? writtenLessons(context.course) : [findWrittenLesson(context.course, name)];
  const summaries: (QuizSummary & { lesson: string })[] = [];
  for (const lesson of lessons) {
    const only = dueAgain(context.progress.read(), lesson.slug, await idsOf(context, lesson), context.now());
    if (only.length === 0) continue;
    const summary = await take(context, lesson, flags, { seed: flags.seed ?? context.now().toISOString(), only });
    summaries.push({ lesson: nameOf(lesson), ...summary });
    if (summary.left) break;
  }
  if (context.json) context.io.out(`${JSON.stringify(summaries)}\n`);
  else if (summaries.length === 0) context.io.out('Nothing is due today.\n');
}

async function idsOf(context: Context, lesson: WrittenLesson): Promise<readonly string[]> {
  const { readQuiz } = await import('#course/quiz');
  return readQuiz(context.workspace.root, folderOf(lesson)).items.map(({ id }) => id);
}

const asks = ({ io, json }: Context): boolean => io.interactive && !json;

async function take(context: Context, lesson: WrittenLesson, flags: QuizFlags, asked: Asked): Promise<QuizSummary> {
  const { io } = context;
  const { slug } = lesson;
  const { readQuiz } = await import('#course/quiz');
  const isSitting = asks(context) && !flags.review && flags.answers === undefined;
  const update = (change: (before: Progress) => Progress): void => void context.progress.update(change);
  const summary = await loadQuiz().runQuiz(
    {
      lesson: nameOf(lesson),
      quiz: readQuiz(context.workspace.root, folderOf(lesson)),
      seed: asked.seed,
      ...(flags.answers === undefined ? {} : { answersFile: flags.answers }),
      ...(asked.only === undefined ? {} : { only: asked.only }),
    },
    {
      write: (text) => (context.json ? undefined : io.out(text)),
      terminal: asks(context),
      columns: io.columns,
      color: context.colour,
      record: (id, right) =>
        update((before) => {
          const after = afterAnswer(before, slug, id, right, context.now());
          return isSitting ? afterSitting(after, slug, asked.seed, id) : after;
        }),
    },
  );
  if (isSitting && !summary.left) update((before) => withoutSitting(before, slug));
  const right = summary.outcomes.filter((outcome) => outcome.right).length;
  if (flags.answers !== undefined && right < summary.questions) context.exitCode = 1;
  return summary;
}
