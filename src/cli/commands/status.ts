/** `hv status`: the parts of your hypervisor, whose each is, and what comes next. */
import type { Command } from 'commander';
import { nameOf, twoDigits } from '#course';
import type { Context } from '../context';
import { readStatus, rowJson, stateText, summary, whoseOf, type LessonState, type StatusRow } from '../status-view';
import { padEnd, styleFor } from '../style';

export function addStatus(program: Command, context: Context): void {
  program
    .command('status')
    .description('whose the parts of your hypervisor are, and what comes next')
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
  const lines = status.rows.map((row) => partLine(context, row));
  const next =
    status.next === undefined
      ? 'Every part that is ready is yours.'
      : `Next: hv read ${twoDigits(status.next.number)}, then hv watch ${twoDigits(status.next.number)}`;
  io.out(`${summary(context, status)}\n${lines.join('\n')}\n${next}\n`);
}

const WHOSE = { yours: 'yours', reference: "the reference's" };

/** One of the 21 parts: whose it is, and how far its lesson is. */
function partLine({ colour }: Context, row: StatusRow): string {
  const style = styleFor(colour);
  const owner = whoseOf(row);
  const whose = padEnd(owner === undefined ? 'nobody has it' : WHOSE[owner], 17);
  const far = { later: 'lesson not written yet', yours: '', changed: 'changed since it passed' } as Partial<
    Record<LessonState, string>
  >;
  const name = padEnd(nameOf(row.lesson), 24);
  const line = `${owner === 'yours' ? style.good(whose) : whose}${far[row.state] ?? stateText(row)}`;
  const text = `  ${name}${line}`.trimEnd();
  return row.state === 'later' ? style.dim(text) : text;
}
