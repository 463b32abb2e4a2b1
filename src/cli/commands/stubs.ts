/** `hv stubs`: writes exercises/ from the solutions; for authors and CI. */
import type { Command } from 'commander';
import { UsageError, exerciseFile, shownPath, staleStubs, writeStubs } from '#course';
import type { Context } from '../context';

export function addStubs(program: Command, context: Context): void {
  program
    .command('stubs', { hidden: true })
    .description('write exercises/ from the solutions (for authors: it overwrites without asking)')
    .option('--check', 'write nothing; fail if a file differs')
    .action((options: { check?: boolean }) => {
      const { workspace, course, io } = context;
      if (options.check) {
        const stale = staleStubs(workspace, course).map((lesson) =>
          shownPath(workspace, exerciseFile(workspace, lesson)),
        );
        if (stale.length > 0)
          throw new UsageError(`${stale.join(', ')} differ from what the solutions derive; run \`npm run stubs\`.`, 1);
        io.out(context.json ? '{"stale":[]}\n' : 'exercises/ is what the solutions derive.\n');
        return;
      }
      const files = writeStubs(workspace, course).map((file) => shownPath(workspace, file));
      io.out(
        context.json
          ? `${JSON.stringify({ written: files })}\n`
          : `${files.map((file) => `wrote ${file}`).join('\n')}\n`,
      );
    });
}
