/** `hv solution 03`: the solution beside the student's own part, for whoever has passed or gives up. */
import fs from 'node:fs';
import type { Command } from 'commander';
import type { WrittenLesson } from '#course';
import {
  afterGivingUp,
  exerciseFile,
  findWrittenLesson,
  nameOf,
  shownPath,
  solutionFile,
  twoDigits,
  UsageError,
  withoutMarkers,
} from '#course';
import type { Context } from '../context';
import { comparison, createRunner, grade, studentTarget } from '../grade';
import { sideBySide } from '../side-by-side';
import { styleFor } from '../style';

export function addSolution(program: Command, context: Context): void {
  program
    .command('solution <lesson>')
    .description('the solution beside yours, once you have passed')
    .option('--give-up', 'open it without a pass; that is recorded')
    .addHelpText('after', '\nExamples:\n  hv solution 03\n  hv solution 03 --give-up\n  hv solution 03 --json')
    .action((name: string, flags: { readonly giveUp?: boolean }) =>
      showSolution(context, findWrittenLesson(context.course, name), flags.giveUp === true),
    );
}

async function showSolution(context: Context, lesson: WrittenLesson, givesUp: boolean): Promise<void> {
  const passed = open(context, lesson, givesUp);
  const solution = solutionFile(context.workspace, lesson);
  const text = withoutMarkers(fs.readFileSync(solution, 'utf8'));
  if (context.json) {
    const shown = { lesson: lesson.slug, file: shownPath(context.workspace, solution), passed, solution: text };
    return context.io.out(`${JSON.stringify(shown)}\n`);
  }
  const style = styleFor(context.colour);
  const lines = [style.strong(`${nameOf(lesson)} · the solution`), '', ...besideYours(context, lesson, text)];
  context.io.out(`${lines.join('\n')}\n`);
  if (passed) context.io.out(`\n${(await costs(context, lesson)).join('\n')}\n`);
}

/** Whether the student has passed. Throws UsageError if not, unless they give up, which is recorded. */
function open(context: Context, lesson: WrittenLesson, givesUp: boolean): boolean {
  const before = context.progress.read().lessons;
  const known = Object.hasOwn(before, lesson.slug) ? before[lesson.slug] : undefined;
  if (known?.passedAt !== undefined) return true;
  const number = twoDigits(lesson.number);
  if (!givesUp && known?.gaveUpAt === undefined) {
    const best =
      known === undefined || known.runs === 0 ? 'not been graded yet' : `${known.best} of ${known.outOf} points`;
    throw new UsageError(
      `The solution of ${number} opens once you have full points (${best}): \`hv hint ${number}\` helps, \`hv solution ${number} --give-up\` opens it now and says so in your progress.`,
    );
  }
  if (givesUp) {
    context.progress.update((progress) => ({
      ...progress,
      lessons: {
        ...progress.lessons,
        [lesson.slug]: afterGivingUp(progress.lessons[lesson.slug], lesson.points, context.now()),
      },
    }));
  }
  return false;
}

function besideYours({ workspace, io }: Context, lesson: WrittenLesson, solution: string): string[] {
  const own = exerciseFile(workspace, lesson);
  const right = { title: shownPath(workspace, solutionFile(workspace, lesson)), text: solution };
  if (!fs.existsSync(own)) return [right.title, '', ...solution.trimEnd().split('\n')];
  const left = { title: shownPath(workspace, own), text: withoutMarkers(fs.readFileSync(own, 'utf8')) };
  return sideBySide(left, right, io.columns);
}

/** What both cost, measured now. */
async function costs(context: Context, lesson: WrittenLesson): Promise<string[]> {
  const grading = await import('#course/grading');
  const runner = createRunner(context, grading);
  try {
    const { verdict } = await grade(context, grading, runner, studentTarget(context, lesson));
    if (verdict.state === 'passed') return await comparison(context, runner, verdict, lesson);
    return [`  Yours has ${verdict.points} of ${verdict.outOf} points as it stands now.`];
  } finally {
    runner.close();
  }
}
