/** Guest RAM, as everybody but the executors sees it: devices, loaders and hypervisors write here, so that decoded code stays true. */
import { RAM, RAM_BASE } from '../engine/layout';
import type { PhysicalMemory } from '../engine/memory';
import type { Width } from '../isa/row';

/** All addresses are physical, numbers below 2^53. Values are unsigned, little-endian, at any alignment. */
export class Ram {
  /** Physical address of the first byte. */
  readonly base = RAM_BASE;
  /** Size in bytes. */
  readonly size: number;
  /** The bytes themselves, to be read only: a store through this view would leave stale decoded instructions behind. */
  readonly bytes: Uint8Array;
  readonly #memory: PhysicalMemory;

  constructor(memory: PhysicalMemory) {
    this.#memory = memory;
    this.size = memory.ramBytes;
    this.bytes = memory.u8.subarray(RAM, RAM + memory.ramBytes);
  }

  /** True if all of address .. address + size - 1 is RAM. */
  contains(address: number, size: number): boolean {
    return size >= 0 && this.#memory.linear(address, size) >= 0;
  }

  /** Reads `width` bytes. */
  read(address: number, width: Width): bigint {
    return this.#memory.read(this.#linear(address, width), width);
  }

  /** Writes the low `width` bytes of `value`. */
  write(address: number, width: Width, value: bigint): void {
    this.#memory.write(this.#linear(address, width), width, value);
  }

  /** Copies `bytes` into RAM from `address` on. */
  copyIn(address: number, bytes: Uint8Array): void {
    this.#memory.u8.set(bytes, this.#linear(address, bytes.length));
    this.#memory.codeStored(address, bytes.length);
  }

  /** A copy of `size` bytes from `address` on. */
  copyOut(address: number, size: number): Uint8Array {
    const at = this.#linear(address, size);
    return this.#memory.u8.slice(at, at + size);
  }

  /** Sets `size` bytes from `address` on to `value` (0 .. 255). */
  fill(address: number, size: number, value = 0): void {
    const at = this.#linear(address, size);
    this.#memory.u8.fill(value, at, at + size);
    this.#memory.codeStored(address, size);
  }

  /** Whoever takes addresses from a guest asks `contains` first; being wrong here is a bug of ours. */
  #linear(address: number, size: number): number {
    if (!this.contains(address, size)) throw new Error(`0x${address.toString(16)}, ${size} bytes, is not all in RAM`);
    return this.#memory.linear(address, size);
  }
}
