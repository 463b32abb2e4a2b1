/** `hv reset 03`: the original file again; yours is kept beside it. */
import type { Command } from 'commander';
import { createInterface } from 'node:readline/promises';
import { UsageError, exerciseFile, findWrittenLesson, exerciseState, resetExercise, shownPath } from '#course';
import type { Context } from '../context';

export function addReset(program: Command, context: Context): void {
  program
    .command('reset <lesson>')
    .description('the original file again; yours is kept beside it')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', '\nExamples:\n  hv reset 03\n  hv reset 03 --yes')
    .action(async (name: string, options: { yes?: boolean }) => {
      const lesson = findWrittenLesson(context.course, name);
      const file = shownPath(context.workspace, exerciseFile(context.workspace, lesson));
      const state = exerciseState(context.workspace, lesson);
      if (state === 'original') {
        tell({ file, changed: false }, `${file} is the original already.`);
        return;
      }
      if (
        state === 'changed' &&
        !options.yes &&
        !(await agreed(`Put the original of ${file} back? Yours is kept beside it. [y/N] `))
      ) {
        tell({ file, changed: false }, 'Nothing was changed.');
        return;
      }
      const { kept } = resetExercise(context.workspace, lesson);
      const beside = kept === undefined ? '' : ` Yours is now ${shownPath(context.workspace, kept)}.`;
      tell({ file, changed: true, kept: kept ?? null }, `${file} is the original again.${beside}`);
    });

  function tell(json: Record<string, unknown>, text: string): void {
    context.io.out(context.json ? `${JSON.stringify(json)}\n` : `${text}\n`);
  }

  async function agreed(question: string): Promise<boolean> {
    if (!context.io.interactive)
      throw new UsageError(
        'There is no terminal to ask in; add --yes to reset without asking (your file is kept beside it).',
      );
    const prompt = createInterface({ input: process.stdin, output: process.stdout });
    try {
      return /^y(es)?$/i.test((await prompt.question(question)).trim());
    } finally {
      prompt.close();
    }
  }
}
