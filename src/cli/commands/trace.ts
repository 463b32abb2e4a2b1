/** `hv trace hello`: every exit of a guest, when and why it came out, and what the hypervisor did. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import type { Command } from 'commander';
import type { Symbols } from '#machine';
import type { Counters, ExitKind, TraceEvent, VmExit } from '#vmm';
import { isNamed } from '#course';
import type { Context } from '../context';
import { loadTechniqueOption, loadTraceText } from '../lazy';
import { wholeNumber } from '../numbers';
import { ownParts, withPartOptions, type PartFlags } from '../own-parts';
import { clip, styleFor } from '../style';
import { filterOf, type FilterFlags, type Wanted } from '../trace-filter';
import { foldRepeats, type Repeats } from '../trace-fold';
import { momentsOf, summaryLines } from '../trace-summary';
import { placesOf, whereLines } from '../trace-where';
import type { TracedExit } from '#course/trace';

interface TraceFlags extends PartFlags, FilterFlags {
  readonly vmm: string;
  readonly exits?: string;
  readonly rows?: string;
  readonly where?: boolean;
  readonly fold?: boolean;
  readonly summary: boolean;
}

export function addTrace(program: Command, context: Context): void {
  withPartOptions(program.command('trace <guest>'))
    .description('every exit of a guest, and what the hypervisor did')
    .option('--vmm <technique>', 'how the processor is virtualized', 'trap-and-emulate')
    .option('--exits <number>', 'stop after so many exits')
    .option('--rows <number>', 'print only the first so many')
    .option('--only <kinds>', 'print only exits of these kinds: mmio,ecall')
    .option('--from <symbols>', 'print only exits that come from these symbols of the guest: putc,loop')
    .option('--where', 'instead of the exits: which symbols of the guest they come from')
    .option('--fold', 'show what is repeated once (the rule on a terminal)')
    .option('--no-fold', 'show every exit')
    .option('--no-summary', 'leave out the counts at the end')
    .addHelpText(
      'after',
      '\nExamples:\n  hv trace hello\n  hv trace csr-torture --part 03=exercises\n  hv trace kernel --only mmio\n  hv trace page-mix --where\n' +
        '  hv trace hello --json          # one event a line, as it happens',
    )
    .action((guest: string, flags: TraceFlags) => trace(context, guest, flags));
}

async function trace(context: Context, name: string, flags: TraceFlags): Promise<void> {
  if (context.json) return traceAsJson(context, name, flags);
  const events: TraceEvent[] = [];
  const run = await runTraced(context, name, flags, (event) => events.push(event));
  const all = loadTraceText().tracedExits(events);
  const exits = run.guest ? all.filter(run.guest.wanted) : all;
  const rows = flags.rows === undefined ? Infinity : wholeNumber('--rows', flags.rows);
  const { columns } = context.io;
  const summary =
    flags.summary && run.counters
      ? summaryLines(momentsOf(events), run.counters, columns, styleFor(context.colour))
      : [];
  const lines =
    flags.where && run.guest
      ? whereLines(placesOf(exits, run.guest.names, run.guest.causeOf), columns, styleFor(context.colour))
      : traceLines(context, (flags.fold ?? context.io.interactive) ? foldRepeats(exits) : exits, rows);
  context.io.out(`${[...lines, run.end, ...summary].join('\n')}\n`);
  if (run.failed) context.exitCode = 1;
}

/** Each event as soon as it has happened, and at the end what the run came to. */
async function traceAsJson(context: Context, name: string, flags: TraceFlags): Promise<void> {
  const { eventJson, jsonLine } = loadTraceText();
  const run = await runTraced(context, name, flags, (event) => context.io.out(jsonLine(eventJson(event))));
  context.io.out(jsonLine({ kind: 'end', guest: name, end: run.end, counters: run.counters }));
  if (run.failed) context.exitCode = 1;
}

interface Ended {
  readonly end: string;
  readonly failed: boolean;
}

/** What there is to know about the guest's exits. */
interface TracedGuest {
  readonly names: Symbols;
  readonly causeOf: (exit: VmExit) => string;
  /** Whether an exit is asked for. */
  readonly wanted: Wanted;
}

interface Traced extends Ended {
  /** Missing if the guest could not be started. */
  readonly counters?: Counters;
  readonly guest?: TracedGuest;
}

/** Runs the guest; `hear` gets the events that are asked for, and those of a text trace all. */
async function runTraced(
  context: Context,
  name: string,
  flags: TraceFlags,
  hear: (event: TraceEvent) => void,
): Promise<Traced> {
  const { MEMORY_BYTES, findGuest, readGuest } = await import('#course/lab');
  const { bootVms, causeOfExit, imageOf } = await import('#vmm');
  const { referenceParts } = await import('#reference');
  const guest = findGuest(name);
  const technique = loadTechniqueOption().techniqueOf(flags.vmm);
  const allowance = flags.exits === undefined ? guest.budget : wholeNumber('--exits', flags.exits);
  const program = readGuest(name);
  const vm = { name, image: imageOf(name, program), memoryBytes: MEMORY_BYTES };
  let counters: Counters | undefined;
  let traced: TracedGuest | undefined;
  let isWanted = true;
  const onEvent = (event: TraceEvent): void => {
    if (event.kind === 'exit') isWanted = traced?.wanted(event) ?? true;
    if (!context.json || isWanted || !('exit' in event)) hear(event);
  };
  const parts = { ...referenceParts, ...(await ownParts(context, flags)) };
  const run = await attempt(async () => {
    const host = bootVms({ vms: [vm], technique, parts, onEvent });
    const [carried] = host.vms;
    ({ counters } = carried);
    const { names, labels } = program;
    const wanted = filterOf(flags, { kinds: Object.keys(counters.byKind) as ExitKind[], names, symbols: labels });
    traced = { names, causeOf: (exit) => causeOfExit(exit, carried), wanted };
    const end = host.run(allowance);
    const [result] = host.results();
    const printed = result.console === '' ? '' : `\nIt printed:\n${result.console.trimEnd()}`;
    return `${name}: ${result.stop?.detail ?? ENDS[end]}${printed}`;
  });
  return { ...run, counters, guest: traced };
}

const ENDS = {
  'all-stopped': 'over',
  deadlock: 'waits for ever: nothing can wake it',
  'out-of-budget': 'still running when its allowance of exits was used up',
} as const;

/** A student's part that fails ends the trace, and what came before is what one wants to see. */
async function attempt(action: () => Promise<string>): Promise<Ended> {
  try {
    return { end: await action(), failed: false };
  } catch (error) {
    if (!isNamed(error, 'PartFailure') && !isNamed(error, 'NotWritten')) throw error;
    return { end: error.message, failed: true };
  }
}

/** Columns of exit, time and pc with what stands between them. */
const LEFT_WIDTH = 32;

function traceLines(context: Context, exits: readonly (TracedExit | Repeats)[], rows: number): string[] {
  const style = styleFor(context.colour);
  const { columns } = context.io;
  const shown = exits.slice(0, rows);
  const single = shown.filter((each) => 'exit' in each);
  const longest = (texts: readonly string[]) => Math.max(4, ...texts.map((text) => text.length));
  const didWidth = Math.min(longest(single.map(({ did }) => did.join(', '))), 30);
  const whyWidth = Math.max(12, Math.min(longest(single.map(({ why }) => why)), columns - LEFT_WIDTH - didWidth));
  const row = (number: string, time: string, pc: string, why: string, did: string) =>
    clip(
      `${number.padStart(6)}  ${time.padStart(8)}  ${pc.padEnd(10)}  ${clip(why, whyWidth).padEnd(whyWidth)}  ${did}`,
      columns,
    );
  const hidden = exits
    .slice(shown.length)
    .reduce((sum, each) => sum + ('exit' in each ? 1 : each.times * each.period), 0);
  return [
    style.dim(row('exit', 'time', 'pc', 'why', 'what the hypervisor did')),
    ...shown.map((each) =>
      'exit' in each
        ? row(String(each.number), String(each.time), `0x${each.pc.toString(16)}`, each.why, each.did.join(', '))
        : style.dim(clip(repeatsText(each), columns)),
    ),
    ...(hidden > 0 ? [style.dim(`... ${hidden} more exits`)] : []),
  ];
}

function repeatsText({ period, times, last, printed }: Repeats): string {
  const what =
    period === 1 ? `${times} more like this one` : `these ${period} again, ${times} ${times === 1 ? 'time' : 'times'}`;
  return `     …  ${what}, until exit ${last}${printed === undefined ? '' : `: ${JSON.stringify(printed)}`}`;
}

const PATIENCE_MS = 5_000;

/** The trace under a student's part as lines, made in a process of its own: a part that never returns must not freeze the terminal. */
export function traceInChild(context: Context, guest: string, part: string, rows: number): Promise<string[]> {
  const hv = path.join(context.workspace.root, 'bin', 'hv.cjs');
  const flags = [
    '--part',
    part,
    '--rows',
    String(rows),
    '--no-fold',
    '--no-summary',
    ...(context.colour ? [] : ['--no-color']),
  ];
  const env = { ...process.env, COLUMNS: String(context.io.columns), ...(context.colour ? { FORCE_COLOR: '1' } : {}) };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [hv, 'trace', guest, ...flags],
      { env, timeout: PATIENCE_MS, killSignal: 'SIGKILL' },
      (error, out, err) => {
        const late = error?.killed ? [`Your part had not returned after ${PATIENCE_MS / 1000} s.`] : [];
        resolve([...`${out}${err}`.trimEnd().split('\n'), ...late]);
      },
    );
  });
}
