/** The devices that random drivers attack, small enough to fill up, and a port to memory that watches what they do with it. */
import type { Ram } from '#machine';
import {
  directDma,
  MemoryStore,
  OverlayStore,
  SECTOR,
  SeededBytes,
  VirtioBlock,
  VirtioConsole,
  VirtioEntropy,
  VirtioNet,
  type DmaMemory,
  type VirtioDevice,
} from '#machine';

export const OVERLAY_LIMIT = 64 * 1024;

export const KINDS: Record<string, () => VirtioDevice> = {
  block: () =>
    new VirtioBlock(
      new OverlayStore(new MemoryStore(new Uint8Array(64 * SECTOR).fill(3)), { limitBytes: OVERLAY_LIMIT }),
    ),
  console: () => new VirtioConsole(() => undefined),
  net: () =>
    new VirtioNet((device) => ({ send: (frame) => device.send(frame) }), { mac: new Uint8Array(6), backlog: 8 }),
  entropy: () => new VirtioEntropy(new SeededBytes(5n), { maxRequestBytes: 4096 }),
};

/** A piece of guest memory: physical address and bytes. */
export interface Range {
  readonly address: number;
  readonly size: number;
}

/** VIRTQ_DESC_F_WRITE (virtio 1.2, section 2.7.5), and the size of a descriptor. */
const WRITE = 2;
const DESCRIPTOR = 16;

/**
 * Counts what a device does to memory, and knows where it may write: into the used rings, and into buffers that a descriptor
 * which it has read since the last `restart` gives it (2.7.5.1: "A device MUST NOT write to a device-readable buffer").
 */
export class Watch {
  reads = 0;
  writes = 0;
  /** Descriptors that the device has read, since it was made. */
  descriptors = 0;
  readonly dma: DmaMemory;
  #given: Range[] = [];

  constructor(ram: Ram, tables: readonly Range[], usedRings: () => readonly Range[]) {
    const direct = directDma(ram);
    this.dma = {
      allows: (address, size, access) => direct.allows(address, size, access),
      read: (address, size) => {
        this.reads++;
        const bytes = direct.read(address, size);
        if (bytes && size === DESCRIPTOR) this.#described(address, bytes, tables);
        return bytes;
      },
      write: (address, bytes) => {
        this.writes++;
        const inside = (range: Range): boolean => contains(range, address, bytes.length);
        if (!this.#given.some(inside) && !usedRings().some(inside))
          throw new Error(`a device writes ${bytes.length} bytes at 0x${address.toString(16)}, which nobody gave it`);
        return direct.write(address, bytes);
      },
    };
  }

  restart(): void {
    this.reads = this.writes = 0;
    this.#given = [];
  }

  /** Wherever it lies, 16 bytes may be a descriptor; those in `tables` are counted. */
  #described(at: number, bytes: Uint8Array, tables: readonly Range[]): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    if (tables.some((table) => contains(table, at, DESCRIPTOR))) this.descriptors++;
    if (view.getUint16(12, true) & WRITE)
      this.#given.push({ address: Number(view.getBigUint64(0, true)), size: view.getUint32(8, true) });
  }
}

const contains = (range: Range, address: number, size: number): boolean =>
  address >= range.address && address + size <= range.address + range.size;
