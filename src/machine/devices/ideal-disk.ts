/**
 * The ideal disk: what a block costs when nothing but the transfer is left. A device of ours, for lesson 10; no standard describes it.
 *
 * One store moves a block of 4 KiB between disk and memory, and the transfer is complete when the store is. No interrupt is
 * needed, and a driver looks for errors when it likes: the first one is kept.
 */
import type { Device } from '../bus/device';
import type { DmaMemory } from '../bus/dma';
import type { Width } from '../isa/row';
import { SavedFields, type Saved } from '../saved';
import { SECTOR, type BlockStore } from './block-store';

export const IDEAL_BLOCK_BYTES = 4096;
const SECTORS_PER_BLOCK = IDEAL_BLOCK_BYTES / SECTOR;

/**
 * Registers, 8 bytes each. A store to TRANSFER: bit 63 set writes to the disk, clear reads from it; bits 62:36 number the block;
 * bits 35:0 number the page of memory (its physical address / 4096). A load gives the size of the disk in blocks.
 */
const TRANSFER = 0x00;
const TO_DISK = 1n << 63n;
const BLOCK_AT = 36n;
const BLOCK_BITS = 27;
const PAGE_BITS = 36;

/** A load of STATUS gives the first error since it was cleared; a store of anything clears it. */
export const IdealStatus = {
  ok: 0,
  /** The disk has no such block. */
  noBlock: 1,
  /** The page is not memory that this device may reach. */
  noMemory: 2,
  /** The medium did not take the block. */
  medium: 3,
} as const;

/** What a store to TRANSFER does, whoever does it; gives a value of `IdealStatus`. */
export type IdealTransfer = (command: bigint, disk: BlockStore, memory: DmaMemory) => number;

export class IdealDisk implements Device {
  readonly name = 'ideal disk';
  readonly size = 0x10;
  readonly widths: readonly Width[] = [8];
  readonly #dma: DmaMemory;
  readonly #store: BlockStore;
  readonly #blocks: number;
  readonly #transfer: IdealTransfer;
  #status: number = IdealStatus.ok;

  /** What `store` has behind its last whole block is not used, nor what 27 bits cannot number (512 GiB). */
  constructor(dma: DmaMemory, store: BlockStore, transfer: IdealTransfer = transferBlock) {
    this.#dma = dma;
    this.#store = store;
    this.#transfer = transfer;
    this.#blocks = Math.min(blocksOf(store), 2 ** BLOCK_BITS);
  }

  load(offset: number): bigint {
    return BigInt(offset === TRANSFER ? this.#blocks : this.#status);
  }

  store(offset: number, _width: Width, value: bigint): void {
    if (offset !== TRANSFER) this.#status = IdealStatus.ok;
    else this.#transferred(this.#transfer(value, this.#store, this.#dma));
  }

  reset(): void {
    this.#status = IdealStatus.ok;
  }

  save(): Saved {
    return { status: this.#status, store: this.#store.save() };
  }

  restore(saved: Saved): void {
    const from = new SavedFields(saved, this.name);
    this.#status = from.integer('status', IdealStatus.ok, IdealStatus.medium);
    this.#store.restore(from.saved('store'));
  }

  #transferred(status: number): void {
    if (this.#status === IdealStatus.ok) this.#status = status;
  }
}

const blocksOf = ({ sectors }: BlockStore): number => Math.floor(sectors / SECTORS_PER_BLOCK);

/** As the machine's own disk does it. */
function transferBlock(command: bigint, disk: BlockStore, memory: DmaMemory): number {
  const block = Number(BigInt.asUintN(BLOCK_BITS, command >> BLOCK_AT));
  const address = Number(BigInt.asUintN(PAGE_BITS, command)) * IDEAL_BLOCK_BYTES;
  if (block >= blocksOf(disk)) return IdealStatus.noBlock;
  const sector = block * SECTORS_PER_BLOCK;
  if ((command & TO_DISK) === 0n) {
    return memory.write(address, disk.read(sector, SECTORS_PER_BLOCK)) ? IdealStatus.ok : IdealStatus.noMemory;
  }
  const bytes = memory.read(address, IDEAL_BLOCK_BYTES);
  if (!bytes) return IdealStatus.noMemory;
  return disk.write(sector, bytes) ? IdealStatus.ok : IdealStatus.medium;
}
