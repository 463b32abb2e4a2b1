/** `hv test 03`: one verdict. */
import fs from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { findWrittenLesson, pristineStubFile, solutionFile, UsageError } from '#course';
import type { WrittenLesson } from '#course';
import type { Runner } from '#course/grading';
import type { Context } from '../context';
import type { Graded, Target } from '../grade';
import { comparison, createRunner, grade, keep, studentTarget, titleOf } from '../grade';
import { styleFor } from '../style';
import { typeLines, verdictLines } from '../verdict-view';

interface TestFlags {
  readonly solution?: boolean;
  readonly stub?: boolean;
  readonly file?: string;
}

export function addTest(program: Command, context: Context): void {
  program
    .command('test <lesson>')
    .description('one verdict on your part')
    .option('--solution', 'grade the solution instead')
    .option('--stub', 'grade the original, unwritten file instead')
    .option('-f, --file <file>', 'grade this file instead')
    .addHelpText(
      'after',
      '\nExamples:\n  hv test 03\n  hv test 03 --json\n  hv test 03 --file ~/other/virtual-supervisor.ts\n\nExits with 1 if points are missing.',
    )
    .action(async (name: string, flags: TestFlags) => {
      const lesson = findWrittenLesson(context.course, name);
      context.exitCode = (await testOnce(context, targetOf(context, lesson, flags))) ? 0 : 1;
    });
}

function targetOf(context: Context, lesson: WrittenLesson, flags: TestFlags): Target {
  if (flags.solution) return { lesson, part: solutionFile(context.workspace, lesson) };
  if (flags.stub) return { lesson, part: pristineStubFile(context.workspace, lesson) };
  if (flags.file !== undefined) return { lesson, part: existing(flags.file) };
  return studentTarget(context, lesson);
}

function existing(file: string): string {
  if (!fs.existsSync(file)) throw new UsageError(`--file ${file}: there is no such file.`);
  return path.resolve(file);
}

/** True if all points were reached. */
async function testOnce(context: Context, target: Target): Promise<boolean> {
  const grading = await import('#course/grading');
  const runner = createRunner(context, grading);
  try {
    const graded = await grade(context, grading, runner, target);
    const own = target.part === studentTarget(context, target.lesson).part;
    if (context.json) context.io.out(`${JSON.stringify({ ...graded.verdict, typeProblems: await graded.types })}\n`);
    else await show(context, target, graded, own ? runner : undefined);
    // Last: a disk that is full must not cost anybody the verdict.
    if (own) keep(context, target.lesson, graded);
    return graded.verdict.state === 'passed';
  } finally {
    runner.close();
  }
}

/** The verdict, what the solution costs if `comparing` can run it, and what the type checker says. */
async function show(context: Context, target: Target, { verdict, types }: Graded, comparing?: Runner): Promise<void> {
  const { io } = context;
  const when = `${(verdict.ms / 1000).toFixed(2)} s`;
  const page = {
    style: styleFor(context.colour),
    columns: io.columns,
    title: titleOf(context, target),
    when,
    own: comparing !== undefined,
  };
  io.out(`${verdictLines(verdict, page).join('\n')}\n`);
  if (verdict.state === 'passed' && comparing) {
    io.out(`${(await comparison(context, comparing, verdict, target.lesson)).join('\n')}\n`);
  }
  const problems = typeLines(await types, path.basename(target.part), page);
  if (problems.length > 0) io.out(`${problems.join('\n')}\n`);
}
