/** `hv boot --bare`: real software on the bare machine, on this terminal. */
import { UsageError } from '#course';
import type { Symbols } from '#machine';
import { createMachine, InputError, type Engine, type Machine } from '#machine';
import { BareGuest } from './bare-guest';
import { bareSoftware, symbolsOf, type SoftwareOptions } from './bare-software';
import { needsSteps, traceChoice, traceMachine, whereText, type TraceChoice } from './bare-trace';
import { engineOf } from './engine-option';
import { GuestTerminal, type Streams } from './guest-terminal';
import { memorySize } from './image-file';
import { LineFile } from './line-file';
import { wholeNumber } from './numbers';

/** As the command line gives them. */
export interface BareOptions extends SoftwareOptions {
  /** `256M`, `1G`; default 128M. */
  readonly memory?: string;
  /** 1 .. 8; default 1. */
  readonly harts?: string;
  /** An ISA string: only what it names is there. */
  readonly isa?: string;
  readonly engine?: string;
  /** A System.map, for the names of a kernel's functions. */
  readonly symbols?: string;
  /** What to tell of the run: `traps`, `functions,FILE`. */
  readonly trace?: string;
}

const DEFAULT_MEMORY = '128M';

/** Boots and stays until the guest switches off. Gives the exit code; throws UsageError for what cannot be booted. */
export async function bootBare(options: BareOptions, streams: Streams = process): Promise<number> {
  const terminal = new GuestTerminal(streams);
  const { machine, symbols, trace } = refusing(() => prepare(options, streams, terminal.send));
  const where = (): string[] => machine.harts.map((hart) => whereText(hart, symbols));
  try {
    return await terminal.run(new BareGuest(machine, where, () => trace?.flush()));
  } finally {
    trace?.close();
  }
}

interface Prepared {
  readonly machine: Machine;
  readonly symbols: Symbols;
  readonly trace: LineFile | undefined;
}

/** The machine with its software in place, and watched if that was asked for. */
function prepare(options: BareOptions, { stdin, stderr }: Streams, console: (byte: number) => void): Prepared {
  const choice = options.trace === undefined ? undefined : traceChoice(options.trace);
  const machine = createMachine({
    ramBytes: memorySize(options.memory ?? DEFAULT_MEMORY),
    harts: options.harts === undefined ? 1 : wholeNumber('--harts', options.harts),
    isa: options.isa,
    engine: engineFor(options.engine, choice),
    console,
  });
  const software = bareSoftware(options, machine.ram, (sentence) => void stderr.write(`hv: ${sentence}\n`));
  machine.load(software);
  const symbols = symbolsOf(software, options.symbols);
  if (!choice) return { machine, symbols, trace: undefined };
  const trace =
    choice.file === undefined ? LineFile.stream(stderr, stdin.isTTY ? '\r\n' : '\n') : LineFile.file(choice.file);
  traceMachine(machine, choice, symbols, trace.write);
  return { machine, symbols, trace };
}

/** Only the stepping executor tells of each instruction; it is taken unasked where a trace needs it. */
function engineFor(asked: string | undefined, trace: TraceChoice | undefined): Engine {
  if (!trace || !needsSteps(trace)) return engineOf(asked);
  const engine = engineOf(asked ?? 'step');
  if (engine !== 'step') throw new UsageError(`--trace ${trace.kind} needs --engine step.`);
  return engine;
}

/** What the machine will not take is the person's mistake, not ours. */
function refusing<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof InputError) throw new UsageError(error.message);
    throw error;
  }
}
