/** `hv boot --bare`: real software on the bare machine, on this terminal. */
import { UsageError } from '#course';
import {
  BOARD,
  createMachine,
  InputError,
  INSTRUCTIONS_PER_TICK,
  loadImage,
  type Image,
  type Machine,
  type Software,
} from '#machine';
import { engineOf } from './engine-option';
import { GuestTerminal, type GuestState, type Streams, type TerminalGuest } from './guest-terminal';
import { memorySize, readImageFile } from './image-file';
import { UartWatch } from './uart-watch';

/** As the command line gives them. */
export interface BareOptions {
  /** Firmware: an ELF file or raw bytes for 0x80000000; `none` is as good as nothing. */
  readonly bios?: string;
  /** A kernel: an ELF file, or raw bytes for 0x80200000 (0x80000000 without firmware). */
  readonly kernel?: string;
  /** The kernel's command line. */
  readonly append?: string;
  /** `256M`, `1G`; default 128M. */
  readonly memory?: string;
  readonly engine?: string;
}

const DEFAULT_MEMORY = '128M';
/** Raw kernels go to the first multiple of this behind the firmware, as on QEMU; OpenSBI's fw_jump expects them at the second one. */
const KERNEL_ALIGNMENT = 2 ** 21;

/** Instructions in a slice: some milliseconds. */
const SLICE = 2 ** 18;
/** In a slice after one in which the guest slept: what it says when it wakes shall not come too early. */
const SHORT_SLICE = 2 ** 14;
/** After so many looks at its input without a byte either way a guest is idle: about a second at U-Boot's prompt. */
const IDLE_AFTER = 2 ** 20;
const TICKS_PER_SECOND = 10_000_000;
const INSTRUCTIONS_PER_SECOND = INSTRUCTIONS_PER_TICK * TICKS_PER_SECOND;

/** Boots and stays until the guest switches off. Gives the exit code; throws UsageError for what cannot be booted. */
export async function bootBare(options: BareOptions, streams: Streams = process): Promise<number> {
  const terminal = new GuestTerminal(streams);
  const machine = refusing(() => prepare(options, terminal.send));
  return terminal.run(new BareGuest(machine));
}

/** The machine with its software in place. */
function prepare(options: BareOptions, console: (byte: number) => void): Machine {
  const machine = createMachine({
    ramBytes: memorySize(options.memory ?? DEFAULT_MEMORY),
    engine: engineOf(options.engine),
    console,
  });
  machine.load(software(options, machine));
  return machine;
}

function software({ bios, kernel, append }: BareOptions, { ram }: Machine): Software {
  const load = (file: string, rawAddress: number): Image => loadImage(readImageFile(file), file, { rawAddress, ram });
  const firmware = bios === undefined || bios === 'none' ? undefined : load(bios, BOARD.ram.base);
  if (!firmware && kernel === undefined)
    throw new UsageError('Nothing to boot: give --bios FILE, --kernel FILE or both.');
  return {
    firmware,
    kernel: kernel === undefined ? undefined : load(kernel, kernelAddress(firmware)),
    bootargs: append,
  };
}

function kernelAddress(firmware: Image | undefined): number {
  const ends = firmware?.segments.map(({ address, memBytes }) => address + memBytes) ?? [BOARD.ram.base];
  return Math.ceil(Math.max(...ends) / KERNEL_ALIGNMENT) * KERNEL_ALIGNMENT;
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

/** The machine as the terminal sees it. */
class BareGuest implements TerminalGuest {
  readonly #machine: Machine;
  readonly #watch: UartWatch;
  #slept = 0;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#watch = new UartWatch(machine.uart, IDLE_AFTER);
  }

  run(): GuestState {
    const [time, begun] = [this.#now(), this.#begun()];
    const stop = this.#machine.run(this.#slept > 0 ? SHORT_SLICE : SLICE);
    if (stop.why === 'halted') return { state: 'over', code: Math.min(stop.code, 255) };
    if (stop.why === 'waiting') return { state: 'waiting' };
    if (stop.why === 'reset') {
      this.#machine.reset();
      return { state: 'busy', slept: 0 };
    }
    const ran = this.#begun() - begun;
    this.#slept = Math.max(0, this.#now() - time - (ran + INSTRUCTIONS_PER_TICK) / INSTRUCTIONS_PER_SECOND);
    return this.#watch.look(ran, this.#slept);
  }

  input(bytes: readonly number[]): void {
    this.#machine.input(bytes);
  }

  get drained(): boolean {
    return this.#machine.uart.drained;
  }

  /** Seconds since the start, by the guest's clock. */
  #now(): number {
    return Number(this.#machine.now()) / TICKS_PER_SECOND;
  }

  #begun(): number {
    return this.#machine.harts.reduce((sum, hart) => sum + hart.begun, 0);
  }
}
