/** `hv quiz 03`: questions about a lesson; wrong ones come back on later days. */
import type { Command } from 'commander';
import type { QuestionProgress, WrittenLesson } from '#course';
import { findWrittenLesson, folderOf, nameOf } from '#course';
import type { Context } from '../context';
import { loadQuiz } from '../lazy';

interface QuizFlags {
  readonly answers?: string;
  readonly seed?: string;
  readonly due?: boolean;
}

export function addQuiz(program: Command, context: Context): void {
  program
    .command('quiz <lesson>')
    .description('questions about a lesson')
    .option('-a, --answers <file>', 'answers from a YAML or JSON file, question: answer; asks nothing')
    .option('-s, --seed <text>', 'the same seed asks the same questions')
    .option('--due', 'only questions that are due again')
    .addHelpText('after', '\nExamples:\n  hv quiz 03\n  hv quiz 03 --due\n  hv quiz 03 --answers answers.yaml --json')
    .action((name: string, flags: QuizFlags) => takeQuiz(context, findWrittenLesson(context.course, name), flags));
}

export async function takeQuiz(context: Context, lesson: WrittenLesson, flags: QuizFlags): Promise<void> {
  const { io } = context;
  const { readQuiz } = await import('#course/quiz');
  const quiz = readQuiz(context.workspace.root, folderOf(lesson));
  const due = flags.due ? quiz.items.map((item) => item.id).filter((id) => isDue(context, lesson, id)) : undefined;
  if (due?.length === 0) {
    io.out(context.json ? '{"questions":0,"outcomes":[]}\n' : 'Nothing is due today.\n');
    return;
  }
  const summary = await loadQuiz().runQuiz(
    {
      lesson: nameOf(lesson),
      quiz,
      seed: flags.seed ?? context.now().toISOString(),
      ...(flags.answers === undefined ? {} : { answersFile: flags.answers }),
      ...(due === undefined ? {} : { only: due }),
    },
    {
      write: (text) => (context.json ? undefined : io.out(text)),
      terminal: io.interactive && !context.json,
      columns: io.columns,
      color: context.colour,
      record: (id, right) => record(context, `${lesson.slug}/${id}`, right),
    },
  );
  if (context.json) io.out(`${JSON.stringify(summary)}\n`);
  const answered = summary.outcomes.length;
  if (
    flags.answers !== undefined &&
    summary.outcomes.filter((outcome) => outcome.right).length < Math.max(answered, summary.questions)
  )
    context.exitCode = 1;
}

function isDue(context: Context, lesson: WrittenLesson, id: string): boolean {
  const before = context.progress.read().questions[`${lesson.slug}/${id}`] as QuestionProgress | undefined;
  return before === undefined || new Date(before.due) <= context.now();
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Days until a question comes back, by how often in a row it has been answered right; from the first entry again after a mistake. */
const LADDER = [1, 3, 7, 21];

function record(context: Context, id: string, right: boolean): void {
  const now = context.now();
  context.progress.update((progress) => {
    const before = progress.questions[id] as QuestionProgress | undefined;
    const streak = right ? (before?.streak ?? 0) + 1 : 0;
    const days = LADDER[Math.min(Math.max(streak, 1), LADDER.length) - 1];
    const after: QuestionProgress = {
      asked: (before?.asked ?? 0) + 1,
      streak,
      lastAsked: now.toISOString(),
      due: new Date(now.getTime() + days * DAY_MS).toISOString(),
    };
    return { ...progress, questions: { ...progress.questions, [id]: after } };
  });
}
