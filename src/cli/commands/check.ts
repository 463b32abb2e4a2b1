/** `hv check`: proves the whole course; for authors and CI. */
import type { Command } from 'commander';
import { findWrittenLesson } from '#course';
import type { Section } from '#course/check';
import type { Context } from '../context';
import { createRunner } from '../grade';
import { partDoors } from '../own-parts';
import { mistakesTable } from '../mistakes-table';
import { padEnd, styleFor, wrap } from '../style';

interface CheckFlags {
  readonly write?: boolean;
  readonly table?: boolean;
}

/** More at once than there are cores makes every test slower, and none faster. */
const RUNNERS = 2;
const WHAT_WIDTH = 34;

export function addCheck(program: Command, context: Context): void {
  program
    .command('check [lessons...]')
    .description('prove the course: stubs, solutions, wrong solutions, texts, quizzes')
    .option('--write', 'store which tests each wrong solution fails')
    .option('--table', 'show which tests each wrong solution fails')
    .addHelpText(
      'after',
      '\nExamples:\n  hv check\n  hv check 03 04\n  hv check 04 --table\n  hv check --json\n\nExits with 1 if something is wrong.',
    )
    .action((names: readonly string[], flags: CheckFlags) => checkAll(program, context, names, flags));
}

async function checkAll(
  program: Command,
  context: Context,
  names: readonly string[],
  flags: CheckFlags,
): Promise<void> {
  const { checkCourse } = await import('#course/check');
  const { partLoader } = await import('#course/parts');
  const grading = await import('#course/grading');
  const lessons = names.length === 0 ? undefined : names.map((name) => findWrittenLesson(context.course, name));
  const runners = Array.from({ length: RUNNERS }, () => createRunner(context, grading));
  const begun = Date.now();
  try {
    const sections = await checkCourse({
      workspace: context.workspace,
      course: context.course,
      ...(lessons === undefined ? {} : { lessons }),
      runners,
      load: partLoader(await partDoors()),
      commands: program.commands.map((command) => command.name()),
      write: flags.write === true,
      onSection: (section) =>
        context.json
          ? undefined
          : context.io.out(`${sectionLines(context, section, flags.table === true).join('\n')}\n`),
    });
    report(context, sections, Date.now() - begun);
  } finally {
    for (const runner of runners) runner.close();
  }
}

function report(context: Context, sections: readonly Section[], ms: number): void {
  const all = sections.flatMap((section) => section.findings);
  const failed = all.filter((finding) => !finding.ok).length;
  if (failed > 0) context.exitCode = 1;
  const text = `${all.length - failed} checks passed, ${failed} failed (${(ms / 1000).toFixed(0)} s)`;
  context.io.out(
    context.json ? `${JSON.stringify({ passed: all.length - failed, failed, ms, sections })}\n` : `\n${text}\n`,
  );
}

function sectionLines(context: Context, section: Section, withTable: boolean): string[] {
  const style = styleFor(context.colour);
  const columns = Math.max(60, Math.min(context.io.columns, 140));
  const rows = section.findings.flatMap(({ what, ok, detail }) => {
    const [first = '', ...rest] = wrap(detail, columns - WHAT_WIDTH - 6);
    return [
      `  ${ok ? style.good('✓') : style.bad('✗')} ${padEnd(what, WHAT_WIDTH)}${first}`,
      ...rest.map((line) => ' '.repeat(WHAT_WIDTH + 4) + line),
    ];
  });
  const table = withTable && section.mistakes ? ['', ...mistakesTable(section.mistakes, columns)] : [];
  return ['', style.strong(section.title), ...rows, ...table];
}
