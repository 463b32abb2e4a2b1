/** `hv test 03`: one verdict. */
import path from 'node:path';
import type { Command } from 'commander';
import { findWrittenLesson, pristineStubFile, solutionFile } from '#course';
import type { WrittenLesson } from '#course';
import type { Context } from '../context';
import type { Target } from '../grade';
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
  if (flags.file !== undefined) return { lesson, part: path.resolve(flags.file) };
  return studentTarget(context, lesson);
}

/** True if all points were reached. */
async function testOnce(context: Context, target: Target): Promise<boolean> {
  const grading = await import('#course/grading');
  const runner = createRunner(context, grading);
  try {
    const { verdict, types } = await grade(context, grading, runner, target);
    const own = target.part === studentTarget(context, target.lesson).part;
    if (own) keep(context, target.lesson, verdict);
    const passed = verdict.state === 'passed';
    if (context.json) {
      context.io.out(`${JSON.stringify({ ...verdict, typeProblems: await types })}\n`);
      return passed;
    }
    const { io } = context;
    const style = styleFor(context.colour);
    const page = {
      style,
      columns: io.columns,
      title: titleOf(context, target),
      when: `${(verdict.ms / 1000).toFixed(2)} s`,
    };
    io.out(`${verdictLines(verdict, page).join('\n')}\n`);
    if (passed && own) io.out(`${(await comparison(context, runner, verdict, target.lesson)).join('\n')}\n`);
    const problems = typeLines(await types, path.basename(target.part), page);
    if (problems.length > 0) io.out(`${problems.join('\n')}\n`);
    return passed;
  } finally {
    runner.close();
  }
}
