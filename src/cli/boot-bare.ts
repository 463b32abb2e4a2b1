/** `hv boot --bare`: real software on the bare machine, on this terminal. */
import { Readable, Writable } from 'node:stream';
import { UsageError } from '#course';
import { InputError, type Mode } from '#machine';
import { BareGuest } from './bare-guest';
import { BareMachine, type MachineOptions } from './bare-machine';
import { GuestTerminal, type Ending, type Streams } from './guest-terminal';

export type BareOptions = MachineOptions;

const TICKS_PER_SECOND = 10_000_000;

/** What is left of a run, for programs. */
export interface BareReport {
  /** All that the guest sent through its serial port; bytes that are not UTF-8 are shown as U+FFFD. */
  readonly console: string;
  readonly ending: Ending;
  /** The guest's code, which is also the exit code: 0 .. 255; 0 if it is not off. */
  readonly code: number;
  /** Instructions begun, all harts together. */
  readonly instructions: number;
  /** Since power-on, by the guest's clock. */
  readonly seconds: number;
  readonly harts: readonly { id: number; mode: Mode; pc: string; symbol: string | null }[];
  /** Of the whole machine: equal after equal runs (Machine.digest). */
  readonly digest: string;
}

/** Boots and stays until the guest switches off. Gives the exit code; throws UsageError for what cannot be booted. */
export const bootBare = async (options: BareOptions, streams: Streams = process): Promise<number> =>
  (await runBare(options, streams, () => undefined)).code;

/**
 * The same without a terminal: input comes from `stdin` unless that is one, and what the guest says is in the report.
 * Throws UsageError for what cannot be booted.
 */
export async function reportBare(options: BareOptions, { stdin, stderr }: Streams = process): Promise<BareReport> {
  const sent: Buffer[] = [];
  const stdout = new Writable({
    write: (chunk: Buffer, _, done) => {
      sent.push(chunk);
      done();
    },
  });
  const nothing = Readable.from([]);
  const streams = { stdin: stdin.isTTY ? nothing : stdin, stdout, stderr };
  const { code, ending, after } = await runBare(options, streams, stateOf);
  return { console: Buffer.concat(sent).toString('utf8'), ending, code, ...after };
}

async function runBare<T>(
  options: BareOptions,
  streams: Streams,
  look: (machine: BareMachine) => T,
): Promise<{ code: number; ending: Ending; after: T }> {
  const terminal = new GuestTerminal(streams);
  const machine = refusing(() => new BareMachine(options, streams, terminal.send));
  try {
    const code = await terminal.run(new BareGuest(machine));
    machine.end();
    return { code, ending: terminal.ending, after: look(machine) };
  } finally {
    machine.close();
  }
}

const stateOf = (bare: BareMachine): Pick<BareReport, 'instructions' | 'seconds' | 'harts' | 'digest'> => ({
  instructions: bare.machine.harts.reduce((sum, { begun }) => sum + begun, 0),
  seconds: Number(bare.machine.now()) / TICKS_PER_SECOND,
  harts: bare.machine.harts.map(({ id, mode, pc }) => ({
    id,
    mode,
    pc: `0x${pc.toString(16)}`,
    symbol: bare.nameOf(pc) ?? null,
  })),
  digest: bare.machine.digest(),
});

/** What the machine will not take is the person's mistake, not ours. */
function refusing<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof InputError) throw new UsageError(error.message);
    throw error;
  }
}
