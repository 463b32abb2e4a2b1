/** The machine's WebAssembly.Memory as typed arrays, and guest RAM within it. */
import { HART, hartAt, MAX_HARTS, RAM, RAM_BASE } from './layout';

/** The most RAM a machine can have: linear addresses stay below 2^31, so 32-bit arithmetic on them never changes sign. */
export const MAX_RAM_BYTES = 2 ** 31 - RAM - 0x10000;

const WASM_PAGE = 0x10000;

/**
 * Memories that were released, by their size in pages. To make one costs V8 a garbage collection, some 20 ms, as it is large
 * however little of it is used: more than a short run in it. A grader makes dozens of machines, one after the other.
 */
const released = new Map<number, WebAssembly.Memory[]>();

export class PhysicalMemory {
  /** Size of guest RAM in bytes. */
  readonly ramBytes: number;
  readonly wasm: WebAssembly.Memory;
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly u32: Uint32Array;
  readonly i32: Int32Array;
  readonly u64: BigUint64Array;
  readonly i64: BigInt64Array;

  /**
   * Called after every store to RAM that generated code did not make itself (physical address, bytes): an executor that
   * keeps decoded instructions drops those that were overwritten.
   */
  codeStored: (address: number, size: number) => void = () => {};

  /** `ramBytes`: a multiple of 4096, at most MAX_RAM_BYTES. `shared`: the memory of another one of the same size, of which this is a second view. */
  constructor(ramBytes: number, shared?: WebAssembly.Memory) {
    if (ramBytes % 4096 !== 0 || ramBytes <= 0 || ramBytes > MAX_RAM_BYTES) throw new Error(`RAM of ${ramBytes} bytes`);
    this.ramBytes = ramBytes;
    const pages = Math.ceil((RAM + ramBytes) / WASM_PAGE);
    const used = shared ? undefined : released.get(pages)?.pop();
    this.wasm = shared ?? used ?? new WebAssembly.Memory({ initial: pages, maximum: pages });
    const { buffer } = this.wasm;
    this.u8 = new Uint8Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.u64 = new BigUint64Array(buffer);
    this.i64 = new BigInt64Array(buffer);
    if (used) this.#forget();
  }

  /** Gives the memory to the next one of this size. Nobody may use this one, or anything that lies in it, after that. */
  release(): void {
    const pages = this.wasm.buffer.byteLength / WASM_PAGE;
    released.set(pages, [...(released.get(pages) ?? []), this.wasm]);
  }

  /** RAM and the harts' registers as in a new memory. TLB banks and slots are cleared by those who use them. */
  #forget(): void {
    this.u8.fill(0, RAM, RAM + this.ramBytes);
    for (let id = 0; id < MAX_HARTS; id++) this.u8.fill(0, hartAt(id), hartAt(id) + HART.TLB);
  }

  /** Linear address of `size` bytes at a physical address, or -1 when they are not all in RAM. */
  linear(address: number, size: number): number {
    const offset = address - RAM_BASE;
    return offset >= 0 && offset + size <= this.ramBytes ? offset + RAM : -1;
  }

  /** `size` bytes (1 .. 8) at a linear address, little-endian, aligned or not; unsigned. */
  read(linear: number, size: number): bigint {
    if (size === 8 && (linear & 7) === 0) return this.u64[linear >> 3];
    if (size === 4 && (linear & 3) === 0) return BigInt(this.u32[linear >> 2]);
    let value = 0n;
    for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.u8[linear + i]);
    return value;
  }

  /** Stores the low `size` bytes (1 .. 8) of `value` at a linear address in RAM, aligned or not. */
  write(linear: number, size: number, value: bigint): void {
    if (size === 8 && (linear & 7) === 0) this.i64[linear >> 3] = value;
    else for (let i = 0; i < size; i++) this.u8[linear + i] = Number((value >> BigInt(8 * i)) & 0xffn);
    this.codeStored(linear - RAM + RAM_BASE, size);
  }
}
