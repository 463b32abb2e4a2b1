/** `hv boot`: a guest in a virtual machine, on this terminal. */
import { UsageError } from '#course';
import { findGuest, readGuest } from '#course/lab';
import { BOARD, initrdImage, INSTRUCTIONS_PER_TICK, loadImage, parseIsa, type Image, type Isa } from '#machine';
import { bootReference } from '#reference';
import { imageOf, TECHNIQUES, type Host, type Parts, type TechniqueName } from '#vmm';
import { engineOf } from './engine-option';
import { GuestTerminal, type GuestState, type Streams, type TerminalGuest } from './guest-terminal';
import { memorySize, readImageFile } from './image-file';
import { wholeNumber } from './numbers';
import { techniqueOf } from './technique-option';
import { UartWatch } from './uart-watch';
import { unpacked } from './unpack';

/** As the command line gives them. */
export interface VmOptions {
  /** A guest of the course, by name; or else a kernel. */
  readonly guest?: string;
  /** A kernel: an ELF file, Linux's Image (packed or not), or raw bytes for 0x80200000. */
  readonly kernel?: string;
  /** The kernel's first file system; handed over as it is. */
  readonly initrd?: string;
  /** The kernel's command line. */
  readonly append?: string;
  /** `256M`, `1G`; default 128M. */
  readonly memory?: string;
  /** VCPUs, 1 .. 8; default 1. */
  readonly harts?: string;
  /** An ISA string: what the VCPUs can do. Default: all that the technique can give a kernel; guests of the course get rv64imac. */
  readonly isa?: string;
  readonly engine?: string;
  /** How the processor is virtualized; default trap-and-emulate. */
  readonly technique?: string;
  /** Parts that replace the reference's. */
  readonly parts?: Partial<Parts>;
}

const DEFAULT_MEMORY = '128M';
/** Where firmware puts a raw kernel on this board. */
const KERNEL_ADDRESS = BOARD.ram.base + 2 ** 21;

/** Exits between two looks at the terminal, and instructions between two exits at most: together some milliseconds. */
const EXITS = 200;
const SLICE = 10_000;
/** Each look at the serial port is an exit here, so a guest is known to be idle after fewer than on the bare machine. */
const IDLE_AFTER = 2 ** 17;
const TICKS_PER_SECOND = 10_000_000;
const INSTRUCTIONS_PER_SECOND = INSTRUCTIONS_PER_TICK * TICKS_PER_SECOND;

/**
 * Boots and stays until the guest is over. Gives the exit code; throws UsageError and InputError for what cannot be booted, and
 * PartFailure or NotWritten for a part that fails.
 */
export async function bootVm(options: VmOptions, streams: Streams = process): Promise<number> {
  const terminal = new GuestTerminal(streams);
  const image = imageFor(options);
  const initrd = initrdFor(options, image);
  const technique = techniqueOf(options.technique);
  const isa = isaFor(options, technique);
  const boot = (): Host =>
    bootReference({
      vms: [
        {
          name: options.guest ?? image.name,
          image,
          initrd,
          memoryBytes: memoryBytes(options),
          harts: options.harts === undefined ? 1 : wholeNumber('--harts', options.harts),
          append: options.append,
          console: terminal.send,
        },
      ],
      technique,
      isa,
      engine: engineOf(options.engine),
      parts: options.parts,
      slice: SLICE,
    });
  return terminal.run(new VmGuest(boot));
}

function imageFor(options: VmOptions): Image {
  const { guest, kernel } = options;
  if (guest !== undefined) return imageOf(findGuest(guest).file, readGuest(guest));
  if (kernel === undefined) throw new UsageError('Nothing to boot: give the name of a guest, or --kernel FILE.');
  return loadImage(unpacked(readImageFile(kernel), kernel), kernel, {
    rawAddress: KERNEL_ADDRESS,
    ram: ramOf(options),
  });
}

function initrdFor(options: VmOptions, kernel: Image): Image | undefined {
  const { initrd } = options;
  if (initrd === undefined) return undefined;
  if (options.kernel === undefined) throw new UsageError('--initrd is for a kernel; give --kernel FILE too.');
  return initrdImage(readImageFile(initrd), initrd, kernel, ramOf(options));
}

function isaFor({ isa, kernel }: VmOptions, technique: TechniqueName): Isa | undefined {
  if (isa !== undefined) return parseIsa(isa);
  return kernel === undefined ? undefined : TECHNIQUES[technique].isa;
}

const ramOf = (options: VmOptions) => ({ base: BOARD.ram.base, size: memoryBytes(options) });

const memoryBytes = ({ memory = DEFAULT_MEMORY }: VmOptions): number => memorySize(memory);

/** The VM as the terminal sees it. */
class VmGuest implements TerminalGuest {
  readonly #boot: () => Host;
  #host: Host;
  #watch: UartWatch;

  /** `boot` is called again when the guest asks for a reboot. */
  constructor(boot: () => Host) {
    this.#boot = boot;
    this.#host = boot();
    this.#watch = new UartWatch(this.#vm.uart, IDLE_AFTER);
  }

  run(): GuestState {
    const [time, began] = [this.#now(), this.#ran()];
    const end = this.#host.run(EXITS);
    const { stop } = this.#vm;
    if (stop?.why === 'reboot') return this.#reboot();
    if (stop) return { state: 'over', code: Math.min(stop.code, 255) };
    if (end === 'deadlock') return { state: 'waiting' };
    const ran = this.#ran() - began;
    return this.#watch.look(
      ran,
      Math.max(0, this.#now() - time - (ran + INSTRUCTIONS_PER_TICK) / INSTRUCTIONS_PER_SECOND),
    );
  }

  /** A new VM: nothing of the old one is left, as after power off and on. */
  #reboot(): GuestState {
    this.#host = this.#boot();
    this.#watch = new UartWatch(this.#vm.uart, IDLE_AFTER);
    return { state: 'busy', slept: 0 };
  }

  input(bytes: readonly number[]): void {
    this.#vm.input(bytes);
  }

  get drained(): boolean {
    return this.#vm.uart.drained;
  }

  where(): string[] {
    return this.#vm.vcpus.map(({ id, pc }) => `VCPU ${id}  0x${pc.toString(16)}`);
  }

  get #vm(): Host['vms'][number] {
    return this.#host.vms[0];
  }

  /** Seconds since the start, by the guest's clock. */
  #now(): number {
    return Number(this.#host.now()) / TICKS_PER_SECOND;
  }

  #ran(): number {
    return this.#vm.vcpus.reduce((sum, vcpu) => sum + vcpu.ran, 0);
  }
}
