/** A whole computer: harts and RAM on the board, software in place, and the loop that gives each hart its turn. */
import { BOARD, buildBoard, type Board } from './board';
import { directDma } from './bus/dma';
import { Ram } from './bus/ram';
import type { Ending } from './devices/finisher';
import { compiler, interpreter } from './engine/interpret';
import { RAM_BASE } from './engine/layout';
import { PhysicalMemory } from './engine/memory';
import { stepper } from './engine/step';
import { Hart } from './hart/hart';
import type { Executor } from './hart/ports';
import { FULL_ISA, parseIsa, type Isa } from './isa';
import type { Mode } from './hart/privilege';
import { checkApart, placeImage, type Image } from './image';
import type { InstructionClock } from './irq/aclint';
import { allOf } from './irq/alarm';
import { checkSizes, type Engine, type MachineOptions } from './machine-options';
import { machineState, shapeOf, type Remembered } from './machine-state';
import { resetRom } from './reset-rom';
import { imagesOf, treeImage, type Software } from './software';
import { pagesOf } from './snapshot/ram-pages';
import { digestOf, restoreSnapshot, takeSnapshot, type Whole } from './snapshot/snapshot';
import { Turns } from './turns';

const DEFAULT_RAM = 128 * 2 ** 20;

/** Why `run` came back. */
export type MachineStop =
  /** The instructions of the budget have begun. */
  | { readonly why: 'budget' }
  /** Every hart waits for an interrupt that only input can cause. */
  | { readonly why: 'waiting' }
  /** Software switched the machine off. */
  | { readonly why: 'halted'; readonly code: number }
  /** Software asks for a reset: call `reset` to grant it. */
  | { readonly why: 'reset' }
  /** A trap went to the mode whose software is TypeScript. */
  | { readonly why: 'trap'; readonly hart: number; readonly to: Mode };

/** Builds a machine. Throws InputError for sizes that it cannot have. */
export function createMachine(options: MachineOptions = {}): Machine {
  return new Machine(options);
}

export class Machine implements Board {
  readonly memory: PhysicalMemory;
  readonly ram: Ram;
  readonly isa: Isa;
  readonly harts: readonly Hart[];
  readonly bus: Board['bus'];
  readonly rom: Board['rom'];
  readonly aclint: Board['aclint'];
  readonly plic: Board['plic'];
  readonly uart: Board['uart'];
  readonly rtc: Board['rtc'];
  readonly finisher: Board['finisher'];
  readonly virtio: Board['virtio'];
  readonly ata: Board['ata'];
  readonly ideal: Board['ideal'];
  readonly gateway: Board['gateway'];
  /** The machine's time is what its harts did, and what they waited for; never the host's clock. */
  readonly #clock: InstructionClock = {
    now: () => this.harts.reduce((sum, hart) => sum + hart.begun, this.#remembered.skipped),
  };
  #software: Software = {};
  /** Made when somebody needs it. */
  #tree?: Image;
  readonly #nativeMode: MachineOptions['nativeMode'];
  readonly #turns: Turns;
  readonly #remembered: Remembered = { skipped: 0, ending: undefined };
  readonly #whole: Whole;

  constructor(options: MachineOptions) {
    const { ramBytes = DEFAULT_RAM, harts = 1, isa, nativeMode } = options;
    checkSizes(ramBytes, harts);
    this.#nativeMode = nativeMode;
    this.isa = isa === undefined ? FULL_ISA : parseIsa(isa);
    this.memory = new PhysicalMemory(ramBytes);
    this.ram = new Ram(this.memory);
    const board = this.#board(harts, options);
    ({
      bus: this.bus,
      rom: this.rom,
      aclint: this.aclint,
      plic: this.plic,
      uart: this.uart,
      rtc: this.rtc,
      finisher: this.finisher,
      virtio: this.virtio,
      ata: this.ata,
      ideal: this.ideal,
      gateway: this.gateway,
    } = board);
    this.harts = this.#harts(harts, options);
    const gateway = this.gateway ? [this.gateway] : [];
    const alarm = allOf([this.rtc, ...this.virtio.slots, ...gateway]);
    this.#turns = new Turns(this.harts, alarm, (instructions) => (this.#remembered.skipped += instructions));
    const state = machineState(this, this.#turns, this.#remembered);
    this.#whole = { ram: pagesOf(this.ram), shape: shapeOf(this, nativeMode), state };
    this.reset();
  }

  #board(harts: number, { console, timeAtPowerOn, virtio, ata, ideal, gateway }: MachineOptions): Board {
    return buildBoard({
      harts,
      clock: this.#clock,
      timeAtPowerOn,
      dma: directDma(this.ram),
      virtio,
      ata,
      ideal,
      gateway,
      wire: (hart, cause) => ({ set: (level) => this.#setInterrupt(hart, cause, level) }),
      deadlineChanged: () => this.#deadlineChanged(),
      send: console ?? (() => undefined),
      end: (ending) => this.#end(ending),
    });
  }

  #harts(count: number, { engine, nativeMode }: MachineOptions): Hart[] {
    const executor = executorsOf(engine ?? 'compile', this.memory, this.isa);
    return Array.from({ length: count }, (_, id) => {
      const timer = this.aclint.mtimer.timer(id);
      const { isa, memory, bus } = this;
      return new Hart({
        id,
        isa,
        memory,
        bus,
        timer,
        executor,
        resetVector: BigInt(BOARD.rom.base),
        nativeMode,
      });
    });
  }

  /** Gives the machine's memory to the next one: worth it for who makes many. The machine must not be used after that. */
  release(): void {
    this.memory.release();
  }

  /** The time in instructions: those begun on all harts, and those that the time was moved by. */
  get instructions(): number {
    return this.#clock.now();
  }

  /** mtime: ticks of 100 ns. */
  now(): bigint {
    return this.aclint.mtimer.mtime();
  }

  /**
   * Between two runs: moves the time by so many instructions, back if negative. For software of `nativeMode`, which itself takes no
   * time: it lets time pass while nobody can run, and takes back an instruction that it makes a hart begin twice.
   */
  passTime(instructions: number): void {
    this.#remembered.skipped += instructions;
  }

  /**
   * Puts software into RAM and starts it at the next `run`, as QEMU does: firmware or else the kernel is jumped to from ROM,
   * with a0 = hart id and a1 = device tree. Not on a machine with `nativeMode`. Throws InputError where parts of it overlap.
   */
  load(software: Software): void {
    const tree = treeImage(this, software);
    const images = [tree, ...imagesOf(software)];
    images.forEach((image, i) => images.slice(0, i).forEach((earlier) => checkApart(earlier, image)));
    this.#software = software;
    this.#tree = tree;
    this.reset();
  }

  /** Power off and on: harts, devices and, without `nativeMode`, ROM, device tree and loaded images as at the start. The rest of RAM stays as it is. */
  reset(): void {
    this.#remembered.ending = undefined;
    this.#remembered.skipped = 0;
    this.#turns.reset();
    for (const hart of this.harts) hart.reset();
    this.bus.reset();
    this.gateway?.reset();
    // Software that is TypeScript knows its machine, and has better use for the memory: its guests must not find a tree there.
    if (this.#nativeMode === undefined) this.#placeSoftware();
  }

  #placeSoftware(): void {
    const { firmware, kernel } = this.#software;
    for (const image of [this.#fdtImage, ...imagesOf(this.#software)]) placeImage(image, this.ram);
    const start = (firmware ?? kernel)?.entry ?? BigInt(RAM_BASE);
    this.rom.burn(resetRom({ start, deviceTree: this.#fdtImage.entry, next: kernel?.entry ?? 0n }));
  }

  get #fdtImage(): Image {
    return (this.#tree ??= treeImage(this, this.#software));
  }

  /** The device tree that software finds through a1. */
  fdt(): Uint8Array {
    return this.#fdtImage.segments[0].bytes.slice();
  }

  /** Where the device tree lies: physical. */
  get fdtAddress(): number {
    return this.#fdtImage.segments[0].address;
  }

  /**
   * The whole state between two runs: harts, RAM, devices with what they are at, time, turns. What is connected from outside
   * (the console's reader, files, networks) and the images for the next reset are not in it.
   */
  snapshot(): Uint8Array {
    return takeSnapshot(this.#whole);
  }

  /**
   * Goes on where the machine was whose `snapshot` gave `bytes`, identically, whatever executes the instructions. Throws
   * InputError, and changes nothing, if they are damaged, of a newer format, or of a machine of another shape.
   */
  restore(bytes: Uint8Array): void {
    restoreSnapshot(this.#whole, bytes);
  }

  /** 16 hexadecimal digits made of everything that a snapshot holds: equal for machines in the same state. */
  digest(): string {
    return digestOf(this.#whole);
  }

  /** Types on the serial port. */
  input(bytes: Iterable<number>): void {
    this.uart.input(bytes);
  }

  /** Begins at most `budget` instructions (1 .. 2^53), all harts together. How a run is cut into calls changes nothing in it. */
  run(budget: number): MachineStop {
    if (!this.#remembered.ending) {
      const { hart, stop } = this.#turns.run(budget);
      if (stop.why === 'trap') return { ...stop, hart: hart.id };
      if (stop.why !== 'halted') return stop;
    }
    return this.#remembered.ending?.kind === 'off'
      ? { why: 'halted', code: this.#remembered.ending.code }
      : { why: 'reset' };
  }

  #deadlineChanged(): void {
    for (const hart of this.harts) hart.endSlice();
    this.#turns.lookAgain();
  }

  #setInterrupt(hart: number, cause: number, level: boolean): void {
    this.harts[hart].setInterrupt(cause, level);
    if (level && this.harts[hart].waiting) this.#turns.lookAgain();
  }

  #end(ending: Ending): void {
    this.#remembered.ending = ending;
    for (const hart of this.harts) hart.halt(ending.kind === 'off' ? ending.code : 0);
  }
}

function executorsOf(engine: Engine, memory: PhysicalMemory, isa: Isa): (hart: Hart) => Executor {
  switch (engine) {
    case 'step':
      return stepper;
    case 'interpret':
      return interpreter(memory, isa);
    case 'compile':
      return compiler(memory, isa);
  }
}
