/** `hv trace hello`: every exit of a guest, when and why it came out, and what the hypervisor did. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import type { Command } from 'commander';
import type { TraceEvent } from '#vmm';
import { isNamed } from '#course';
import type { Context } from '../context';
import { loadTechniqueOption, loadTraceText } from '../lazy';
import { wholeNumber } from '../numbers';
import { PART_HELP, collect, ownParts } from '../own-parts';
import { clip, styleFor } from '../style';
import type { TracedExit } from '../trace-text';

interface TraceFlags {
  readonly part: readonly string[];
  readonly vmm: string;
  readonly exits?: string;
  readonly rows?: string;
}

export function addTrace(program: Command, context: Context): void {
  program
    .command('trace <guest>')
    .description('every exit of a guest, and what the hypervisor did')
    .option('-p, --part <lesson=whose>', PART_HELP, collect, [])
    .option('--vmm <technique>', 'trap-and-emulate, or bare', 'trap-and-emulate')
    .option('--exits <number>', 'stop after so many exits')
    .option('--rows <number>', 'print only the first so many')
    .addHelpText(
      'after',
      '\nExamples:\n  hv trace hello\n  hv trace csr-torture --part 03=exercises\n  hv trace hello --json',
    )
    .action((guest: string, flags: TraceFlags) => trace(context, guest, flags));
}

async function trace(context: Context, name: string, flags: TraceFlags): Promise<void> {
  const { run, exits } = await runTraced(context, name, flags);
  if (context.json) {
    context.io.out(`${JSON.stringify({ guest: name, end: run.end, exits }, bigintAsHex)}\n`);
    return;
  }
  const rows = flags.rows === undefined ? exits.length : wholeNumber('--rows', flags.rows);
  context.io.out(`${traceLines(context, exits, rows).join('\n')}\n${run.end}\n`);
  if (run.failed) context.exitCode = 1;
}

interface Ended {
  readonly end: string;
  readonly failed: boolean;
}

async function runTraced(
  context: Context,
  name: string,
  flags: TraceFlags,
): Promise<{ run: Ended; exits: readonly TracedExit[] }> {
  const { MEMORY_BYTES, findGuest, readGuest } = await import('#course/lab');
  const { bootVms, imageOf } = await import('#vmm');
  const { referenceParts } = await import('#reference');
  const { tracedExits } = loadTraceText();
  const guest = findGuest(name);
  const technique = loadTechniqueOption().techniqueOf(flags.vmm);
  const allowance = flags.exits === undefined ? guest.budget : wholeNumber('--exits', flags.exits);
  const events: TraceEvent[] = [];
  const vm = { name, image: imageOf(name, readGuest(name)), memoryBytes: MEMORY_BYTES };
  const run = await attempt(async () => {
    const parts = { ...referenceParts, ...(await ownParts(context, flags.part)) };
    const host = bootVms({ vms: [vm], technique, parts, onEvent: (event) => events.push(event) });
    const end = host.run(allowance);
    const [result] = host.results();
    const printed = result.console === '' ? '' : `\nIt printed:\n${result.console.trimEnd()}`;
    return `${name}: ${result.stop?.detail ?? ENDS[end]}${printed}`;
  });
  return { run, exits: tracedExits(events) };
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

function traceLines(context: Context, exits: readonly TracedExit[], rows: number): string[] {
  const style = styleFor(context.colour);
  const { columns } = context.io;
  const shown = exits.slice(0, rows);
  const longest = (texts: readonly string[]) => Math.max(4, ...texts.map((text) => text.length));
  const didWidth = Math.min(longest(shown.map(({ did }) => did.join(', '))), 30);
  const whyWidth = Math.max(12, Math.min(longest(shown.map(({ why }) => why)), columns - LEFT_WIDTH - didWidth));
  const row = (number: string, time: string, pc: string, why: string, did: string) =>
    clip(
      `${number.padStart(6)}  ${time.padStart(8)}  ${pc.padEnd(10)}  ${clip(why, whyWidth).padEnd(whyWidth)}  ${did}`,
      columns,
    );
  const hidden = exits.length - shown.length;
  return [
    style.dim(row('exit', 'time', 'pc', 'why', 'what the hypervisor did')),
    ...shown.map(({ number, time, pc, why, did }) =>
      row(String(number), String(time), `0x${pc.toString(16)}`, why, did.join(', ')),
    ),
    ...(hidden > 0 ? [style.dim(`... ${hidden} more exits`)] : []),
  ];
}

function bigintAsHex(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `0x${value.toString(16)}` : value;
}

const PATIENCE_MS = 5_000;

/** The trace under a student's part as lines, made in a process of its own: a part that never returns must not freeze the terminal. */
export function traceInChild(context: Context, guest: string, part: string, rows: number): Promise<string[]> {
  const hv = path.join(context.workspace.root, 'bin', 'hv.cjs');
  const flags = ['--part', part, '--rows', String(rows), ...(context.colour ? [] : ['--no-color'])];
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
