/** `hv status`: how far you are, in a few lines. */
import type { Command } from 'commander';
import { nameOf, twoDigits } from '#course';
import type { Context } from '../context';
import { readStatus, rowJson, stateText, summary } from '../status-view';
import { padEnd, styleFor } from '../style';

export function addStatus(program: Command, context: Context): void {
  program
    .command('status')
    .description('how far you are')
    .addHelpText('after', '\nExamples:\n  hv status\n  hv status --json')
    .action(() => showStatus(context));
}

export function showStatus(context: Context): void {
  const status = readStatus(context);
  const { io } = context;
  if (context.json) {
    const { rows, yours, next } = status;
    io.out(`${JSON.stringify({ yours, of: rows.length, next: next?.slug ?? null, lessons: rows.map(rowJson) })}\n`);
    return;
  }
  const style = styleFor(context.colour);
  const ready = status.rows.filter((row) => row.lesson.written);
  const lines = ready.map(
    (row) =>
      `  ${padEnd(nameOf(row.lesson), 24)}${row.state === 'yours' ? style.good(stateText(row)) : stateText(row)}`,
  );
  const later = status.rows.length - ready.length;
  const next =
    status.next === undefined
      ? 'Every part that is ready is yours.'
      : `Next: hv read ${twoDigits(status.next.number)}, then hv watch ${twoDigits(status.next.number)}`;
  io.out(
    `${summary(context, status)}\n${lines.join('\n')}\n  ${style.dim(`${later} more lessons come later`)}\n${next}\n`,
  );
}
