/** A VM's guest-physical address space on a hart with the hypervisor extension: the second stage's tables, and what hgatp says of them (Privileged, "Hypervisor Guest Address Translation and Protection Register"). */
import type { Ram } from '#machine';
import type { Counters } from '../counters';
import type { GStage, GuestPhysicalSpace } from '../parts';
import type { FrameAllocator } from './frames';
import { PAGE_SIZE, type MemorySlots, type Slot } from './slots';

/** The root has 2048 entries, and its alignment. */
const ROOT_BYTES = 4 * PAGE_SIZE;
const LEAF_TABLE_SPAN = 2 ** 21;
const MIDDLE_TABLE_SPAN = 2 ** 30;
const MODE_AT = 60n;
const VMID_AT = 44n;

/** Host memory that the tables of a VM with so much RAM need if each page is mapped by itself, in `pieces` that may begin anywhere. */
export function tableBytes(ramBytes: number, pieces: number): number {
  const tables = (span: number): number => Math.ceil(ramBytes / span) + 2 * pieces;
  // Two roots' worth: one may have to be aligned. A third level above is there with Sv48x4 only.
  return 2 * ROOT_BYTES + PAGE_SIZE * (tables(LEAF_TABLE_SPAN) + 2 * tables(MIDDLE_TABLE_SPAN));
}

export interface GuestPhysicalOptions {
  readonly slots: MemorySlots;
  /** Guest-physical: behind the last byte that is RAM or a device. */
  readonly end: bigint;
  readonly frames: FrameAllocator;
  readonly ram: Ram;
  readonly gStage: GStage;
  readonly counters: Counters;
}

export class GuestPhysicalMemory implements GuestPhysicalSpace {
  readonly mode: number;
  readonly root: number;
  readonly #slots: MemorySlots;
  readonly #frames: FrameAllocator;
  readonly #ram: Ram;
  readonly #gStage: GStage;
  readonly #counters: Counters;

  constructor({ slots, end, frames, ram, gStage, counters }: GuestPhysicalOptions) {
    this.#slots = slots;
    this.#frames = frames;
    this.#ram = ram;
    this.#gStage = gStage;
    this.#counters = counters;
    this.mode = gStage.mode(end);
    const root = frames.allocateRange(ROOT_BYTES, ROOT_BYTES);
    if (root === undefined) throw new Error('the host was made too small for the root of a second stage');
    ram.fill(root, ROOT_BYTES);
    this.root = root;
  }

  /** The value of hgatp for a VM with this number: its translations are told from those of other VMs by it. */
  hgatp(vmid: number): bigint {
    return (BigInt(this.mode) << MODE_AT) | (BigInt(vmid) << VMID_AT) | BigInt(this.root / PAGE_SIZE);
  }

  /** Makes the hart reach guest RAM at `gpa`; false: there was no frame for a table. */
  enter(gpa: bigint): boolean {
    const outcome = this.#gStage.map(gpa, this);
    if (outcome === 'mapped') this.#counters.gStageFills++;
    return outcome !== 'no-frame';
  }

  slotAt(gpa: bigint): Slot | undefined {
    return this.#slots.slotAt(gpa);
  }

  allocateTable(): number | undefined {
    const frame = this.#frames.allocate();
    if (frame !== undefined) this.#ram.fill(frame, PAGE_SIZE);
    return frame;
  }

  read(at: number): bigint {
    this.#counters.gStageReads++;
    return this.#ram.read(at, 8);
  }

  write(at: number, entry: bigint): void {
    this.#ram.write(at, 8, entry);
  }
}
