/** The map that a guest starts with: all of its RAM at its guest-physical addresses, until it brings page tables of its own. */
import { PteBit, type Ram } from '#machine';
import type { FrameAllocator } from '../../memory/frames';
import { PAGE_SIZE, type MemorySlots, type Slot } from '../../memory/slots';
import { SV39 } from './domain';

const ENTRIES = 512;
const LAST_TABLE_SPAN = ENTRIES * PAGE_SIZE;
const MIDDLE_TABLE_SPAN = ENTRIES * LAST_TABLE_SPAN;
const LEVELS = 3;
const LEAF = PteBit.V | PteBit.R | PteBit.W | PteBit.X | PteBit.U | PteBit.A | PteBit.D;

/** An Sv39 table of the hypervisor's own. Nobody validates it: as long as a guest runs on it, none of its frames has a type. */
export class StartMap {
  readonly #ram: Ram;
  readonly #frames: FrameAllocator;
  readonly #slots: MemorySlots;
  /** The root is first. None while nobody runs on it. */
  readonly #used: number[] = [];

  constructor(ram: Ram, frames: FrameAllocator, slots: MemorySlots) {
    this.#ram = ram;
    this.#frames = frames;
    this.#slots = slots;
    this.make();
  }

  get satp(): bigint {
    return SV39 | BigInt(this.#used[0] / PAGE_SIZE);
  }

  /** Somebody runs on it again: a VM that was reset, or restored to an early moment. */
  make(): void {
    if (this.#used.length > 0) return;
    this.#table();
    for (const slot of this.#slots) this.#map(slot);
  }

  /** Frames that are enough for the start map of so many slots: each may begin and end within what a table maps. */
  static framesFor(memoryBytes: number, slots: number): number {
    const tables = (span: number) => Math.ceil(memoryBytes / span) + 2 * slots;
    return 1 + tables(MIDDLE_TABLE_SPAN) + tables(LAST_TABLE_SPAN);
  }

  /** Nobody runs on it any more. */
  release(): void {
    for (const frame of this.#used.splice(0)) this.#frames.free(frame);
  }

  #map({ gpa, hpa, size }: Slot): void {
    for (let at = 0; at < size; at += PAGE_SIZE) {
      this.#ram.write(this.#entry(Number(gpa) + at), 8, entryFor(hpa + at, LEAF));
    }
  }

  /** Where the leaf of an address is; makes the tables above it. */
  #entry(address: number): number {
    let [table] = this.#used;
    for (let level = LEVELS - 1; ; level--) {
      const at = table + (Math.floor(address / (PAGE_SIZE * ENTRIES ** level)) % ENTRIES) * 8;
      if (level === 0) return at;
      if (this.#ram.read(at, 8) === 0n) this.#ram.write(at, 8, entryFor(this.#table(), PteBit.V));
      table = Number(this.#ram.read(at, 8) >> 10n) * PAGE_SIZE;
    }
  }

  #table(): number {
    const frame = this.#frames.allocate();
    if (frame === undefined) throw new Error('the host was made too small for a start map');
    this.#ram.fill(frame, PAGE_SIZE);
    this.#used.push(frame);
    return frame;
  }
}

const entryFor = (hpa: number, bits: number): bigint => (BigInt(hpa / PAGE_SIZE) << 10n) | BigInt(bits);
