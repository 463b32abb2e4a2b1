/** How a device reaches memory by itself (direct memory access). */
import type { Ram } from './ram';

/**
 * One device's own port to memory. This is the seam for an IOMMU: today the port leads to RAM (`directDma`); an IOMMU will give
 * each device id a port of its own that translates addresses and refuses them. So a device asks at every access, believes no
 * earlier answer, and bears a refusal at any time. Registers of devices are never reached: only RAM answers.
 *
 * Addresses are physical, unsigned numbers, of any size: a 64-bit address from a guest may be rounded, since all that answers
 * lies far below 2^53. Sizes are in bytes.
 */
export interface DmaMemory {
  /** True if all of address .. address + size - 1 may be accessed so. */
  allows(address: number, size: number, access: 'read' | 'write'): boolean;
  /** A copy of `size` bytes; undefined where `allows` would say no. */
  read(address: number, size: number): Uint8Array | undefined;
  /** False, with nothing written, where `allows` would say no. */
  write(address: number, bytes: Uint8Array): boolean;
}

/** A port without an IOMMU: all of RAM, and nothing else. Code that was decoded from there stays true. */
export function directDma(ram: Ram): DmaMemory {
  return {
    allows: (address, size) => ram.contains(address, size),
    read: (address, size) => (ram.contains(address, size) ? ram.copyOut(address, size) : undefined),
    write(address, bytes) {
      if (!ram.contains(address, bytes.length)) return false;
      ram.copyIn(address, bytes);
      return true;
    },
  };
}
