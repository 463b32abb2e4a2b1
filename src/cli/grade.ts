/** Grades a student's file and keeps the result: what `hv test` and `hv watch` share. */
import fs from 'node:fs';
import path from 'node:path';
import type { WrittenLesson } from '#course';
import { afterRun, digestOf, exerciseFile, folderOf, nameOf, shownPath, solutionFile, suiteFile } from '#course';
import type * as GradingDoor from '#course/grading';
import type { Runner, TypeProblem, Verdict } from '#course/grading';
import type { Context } from './context';

/** The door to grading, once it has been loaded. */
export type Grading = typeof GradingDoor;

export interface Graded {
  readonly verdict: Verdict;
  /** Settles later than the verdict: types never hold it back. */
  readonly types: Promise<readonly TypeProblem[]>;
  /** Of the text that was graded. */
  readonly digest: string | undefined;
}

export interface Target {
  readonly lesson: WrittenLesson;
  /** Absolute path of the file that is graded. */
  readonly part: string;
}

export function studentTarget(context: Context, lesson: WrittenLesson): Target {
  return { lesson, part: exerciseFile(context.workspace, lesson) };
}

/** `03 trap-and-emulate · exercises/03-trap-and-emulate/virtual-supervisor.ts` */
export function titleOf(context: Context, { lesson, part }: Target): string {
  return `${nameOf(lesson)} · ${shownPath(context.workspace, part)}`;
}

/** `restarts`: how often a run goes on in a new process after a test that had to be stopped; default: the runner's. */
export function createRunner(context: Context, grading: Grading, restarts?: number): Runner {
  const { root, cache } = context.workspace;
  const budget = Number(process.env.HV_BUDGET_SECONDS);
  return new grading.Runner({
    root,
    cache,
    ...(budget > 0 ? { budgetMs: budget * 1000 } : {}),
    ...(restarts === undefined ? {} : { restarts }),
  });
}

/** Runs suite and type checker side by side; the suite's verdict does not wait. */
export async function grade(context: Context, grading: Grading, runner: Runner, target: Target): Promise<Graded> {
  const { lesson, part } = target;
  const { root, cache } = context.workspace;
  const digest = digestOf(part); // before it runs: the file may be saved again meanwhile
  const types = fs.existsSync(part) ? grading.checkTypes(root, path.join(cache, 'types'), part) : Promise.resolve([]);
  const run = await runner.grade({ suite: suiteFile(context.workspace, lesson), part }, `your \`${lesson.part}\``);
  const signatures = grading.readSignatures(path.join(root, 'test', 'mutants', folderOf(lesson), 'signatures.json'));
  return { verdict: grading.verdictOf(lesson, part, run, signatures, []), types, digest };
}

/** Only runs of the student's own file count. */
export function keep(context: Context, lesson: WrittenLesson, { verdict, digest }: Graded): void {
  context.progress.update((progress) => ({
    ...progress,
    lessons: {
      ...progress.lessons,
      [lesson.slug]: afterRun(progress.lessons[lesson.slug], verdict.points, verdict.outOf, context.now(), digest),
    },
  }));
}

/** For whoever has passed: where the solution is, and what it costs. */
export async function comparison(
  context: Context,
  runner: Runner,
  verdict: Verdict,
  lesson: WrittenLesson,
): Promise<string[]> {
  const solution = solutionFile(context.workspace, lesson);
  const run = await runner.grade({ suite: suiteFile(context.workspace, lesson), part: solution }, 'the solution');
  const yours = verdict.groups.flatMap((group) => group.measures);
  const theirs = run.measures.map((measure) => measure.text);
  const lines = yours.map((measure, index) => `  yours     ${measure}\n  solution  ${theirs[index] ?? '-'}`);
  return [`  Compare with ${shownPath(context.workspace, solution)}:`, ...lines.join('\n').split('\n').filter(Boolean)];
}
