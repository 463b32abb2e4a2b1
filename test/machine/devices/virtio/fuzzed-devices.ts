/** The devices that random drivers attack, small enough to fill up, and a memory that counts what they do to it. */
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

/** Counts what a device does to memory. */
export class Watch {
  reads = 0;
  writes = 0;
  readonly dma: DmaMemory;

  constructor(ram: Ram) {
    const direct = directDma(ram);
    this.dma = {
      allows: (address, size, access) => direct.allows(address, size, access),
      read: (address, size) => {
        this.reads++;
        return direct.read(address, size);
      },
      write: (address, bytes) => {
        this.writes++;
        return direct.write(address, bytes);
      },
    };
  }

  restart(): void {
    this.reads = this.writes = 0;
  }
}
