/** The bare machine as the command line asks for it: hardware, software in place, and somebody who watches. */
import { UsageError } from '#course';
import { createMachine, type Engine, type Machine, type Symbols } from '#machine';
import { openDevices, type DeviceOptions, type Devices } from './devices';
import { bareSoftware, symbolsOf, type SoftwareOptions } from './bare-software';
import { needsSteps, traceChoice, traceMachine, whereText, type TraceChoice } from './bare-trace';
import { engineOf } from './engine-option';
import type { Streams } from './guest-terminal';
import { memorySize, readImageFile } from './image-file';
import { LineFile } from './line-file';
import { wholeNumber } from './numbers';
import { SnapshotPlan, type SnapshotOptions } from './snapshot-option';

/** As the command line gives them. */
export interface MachineOptions extends SoftwareOptions, DeviceOptions, SnapshotOptions {
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

export class BareMachine {
  readonly machine: Machine;
  /** False for a machine that was restored without the files that it starts with. */
  readonly canReset: boolean;
  readonly #devices: Devices;
  readonly #symbols: Symbols;
  readonly #trace: LineFile | undefined;
  readonly #snapshot: SnapshotPlan | undefined;

  /** Throws UsageError and InputError for what cannot be had. `console` takes each byte from the serial port. */
  constructor(options: MachineOptions, streams: Streams, console: (byte: number) => void) {
    const choice = options.trace === undefined ? undefined : traceChoice(options.trace);
    this.#devices = openDevices(options);
    try {
      this.machine = createMachine({
        ramBytes: memorySize(options.memory ?? DEFAULT_MEMORY),
        harts: options.harts === undefined ? 1 : wholeNumber('--harts', options.harts),
        isa: options.isa,
        engine: engineFor(options.engine, choice),
        console: (byte) => {
          this.#snapshot?.printed(byte);
          console(byte);
        },
        ...this.#devices.setup,
      });
      const lineEnd = lineEndFor(streams);
      const say = (sentence: string): void => void streams.stderr.write(`hv: ${sentence}${lineEnd}`);
      const software = bareSoftware(options, this.machine.ram, say);
      this.machine.load({ ...software, rngSeed: this.#devices.rngSeed });
      this.canReset = software.firmware !== undefined || software.kernel !== undefined;
      if (options.restore !== undefined) this.machine.restore(readImageFile(options.restore));
      this.#snapshot = SnapshotPlan.from(options, this.machine, say);
      this.#symbols = symbolsOf(software, options.symbols);
      this.#trace = choice && openTrace(choice, streams);
      if (choice && this.#trace) traceMachine(this.machine, choice, this.#symbols, this.#trace.write);
    } catch (error) {
      this.#devices.close();
      throw error;
    }
  }

  /** Where each hart is, a line each. */
  where(): string[] {
    return this.machine.harts.map((hart) => whereText(hart, this.#symbols));
  }

  /** The function at an address and the offset in it, `start_kernel+0x4`, if its name is known. */
  nameOf(address: bigint): string | undefined {
    return this.#symbols.nameOf(address);
  }

  /** The most instructions that the next slice may have. */
  get left(): number {
    return this.#snapshot?.left ?? Infinity;
  }

  /** Behind every slice. */
  sliceDone(): void {
    this.#snapshot?.sliceDone();
    this.#trace?.flush();
  }

  /** The run is over. */
  end(): void {
    this.#snapshot?.end();
  }

  close(): void {
    this.#devices.close();
    this.#trace?.close();
  }
}

/** Only the stepping executor tells of each instruction; it is taken unasked where a trace needs it. */
function engineFor(asked: string | undefined, trace: TraceChoice | undefined): Engine {
  if (!trace || !needsSteps(trace)) return engineOf(asked);
  const engine = engineOf(asked ?? 'step');
  if (engine !== 'step') throw new UsageError(`--trace ${trace.kind} needs --engine step.`);
  return engine;
}

function openTrace({ file }: TraceChoice, streams: Streams): LineFile {
  return file === undefined ? LineFile.stream(streams.stderr, lineEndFor(streams)) : LineFile.file(file);
}

/** A terminal that hands every key to the guest is in raw mode. */
const lineEndFor = ({ stdin }: Streams): '\n' | '\r\n' => (stdin.isTTY ? '\r\n' : '\n');
