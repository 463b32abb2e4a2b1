/** `hv list`: every lesson of the course and how you stand with it. */
import type { Command } from 'commander';
import type { Context } from '../context';
import { lessonLines, readStatus, rowJson, summary } from '../status-view';

export function addList(program: Command, context: Context): void {
  program
    .command('list')
    .description('all lessons')
    .addHelpText('after', '\nExamples:\n  hv list\n  hv list --json')
    .action(() => {
      const status = readStatus(context);
      if (context.json) context.io.out(`${JSON.stringify(status.rows.map(rowJson))}\n`);
      else context.io.out(`${lessonLines(context, status, status.next).join('\n')}\n${summary(context, status)}\n`);
    });
}
