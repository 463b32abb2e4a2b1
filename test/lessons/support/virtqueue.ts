/** A virtqueue in a memory of plain bytes, and a driver that writes what it is told: for asking the operations one by one. */
import { DriverError, type Buffers, type DmaMemory, type ReadyQueue } from '#machine';
import type { ParavirtualDevices } from '#vmm';
import { requires, Unmet } from '../../../src/course/lab';
import type { Descriptor } from './descriptor';

export const BASE = 0x8000_0000;
export const DATA = BASE + 0x8000;
const BYTES = 0x1_0000;
export const END = BASE + BYTES;

/** RAM from BASE to END, every access of the device counted and in order. */
export class DriverMemory implements DmaMemory {
  readonly view = new DataView(new ArrayBuffer(BYTES));
  readonly reads: { readonly address: number; readonly size: number }[] = [];
  readonly writes: { readonly address: number; readonly size: number }[] = [];
  /** Called before each read and write: something happens between two accesses of the device. */
  meanwhile: (access: number) => void = () => undefined;
  /** From this access on, memory refuses. */
  gone = Infinity;
  /** From this address on, memory may be read only. */
  readOnly = END;

  allows(address: number, size: number, access: 'read' | 'write'): boolean {
    return address >= BASE && address + size <= (access === 'write' ? this.readOnly : END);
  }

  read(address: number, size: number): Uint8Array | undefined {
    this.reads.push({ address, size });
    return this.#answers(address, size, 'read')
      ? new Uint8Array(this.view.buffer, address - BASE, size).slice()
      : undefined;
  }

  write(address: number, bytes: Uint8Array): boolean {
    this.writes.push({ address, size: bytes.length });
    if (!this.#answers(address, bytes.length, 'write')) return false;
    new Uint8Array(this.view.buffer).set(bytes, address - BASE);
    return true;
  }

  /** Reads and writes so far. */
  get accesses(): number {
    return this.reads.length + this.writes.length;
  }

  get bytesRead(): number {
    return this.reads.reduce((sum, { size }) => sum + size, 0);
  }

  get bytesWritten(): number {
    return this.writes.reduce((sum, { size }) => sum + size, 0);
  }

  forget(): void {
    this.reads.length = this.writes.length = 0;
  }

  #answers(address: number, size: number, access: 'read' | 'write'): boolean {
    // Far more than any request needs: a walk that does not end ends here.
    if (this.accesses > 40_000) throw new Unmet('memory was accessed 40,000 times for one queue; a walk does not end.');
    this.meanwhile(this.accesses);
    return this.accesses < this.gone && this.allows(address, size, access);
  }
}

/** A queue and its driver's side. */
export class Driver {
  readonly memory = new DriverMemory();
  readonly queue: ReadyQueue;
  #avail: number;

  /** `from`: the indices with which both sides begin, as after so many requests. */
  constructor({ size = 8, indirect = false, eventIndex = false, from = 0, at = BASE } = {}) {
    this.#avail = from;
    this.queue = {
      memory: this.memory,
      size,
      descriptors: at,
      driver: at + 0x1000,
      device: at + 0x2000,
      indirect,
      eventIndex,
      nextAvail: from,
      nextUsed: from,
    };
    this.set16(this.queue.driver + 2, from);
    this.set16(this.queue.device + 2, from);
  }

  describe(index: number, { address, size, flags = 0, next = 0 }: Descriptor, table = this.queue.descriptors): void {
    const at = table + 16 * index - BASE;
    const { view } = this.memory;
    view.setBigUint64(at, BigInt(address), true);
    view.setUint32(at + 8, size, true);
    view.setUint16(at + 12, flags, true);
    view.setUint16(at + 14, next, true);
  }

  /** Makes chains available by their heads. */
  offer(...heads: readonly number[]): void {
    for (const head of heads) {
      this.set16(this.queue.driver + 4 + 2 * (this.#avail % this.queue.size), head);
      this.#avail = (this.#avail + 1) & 0xffff;
    }
    this.set16(this.queue.driver + 2, this.#avail);
  }

  set16(address: number, value: number): void {
    this.memory.view.setUint16(address - BASE, value, true);
  }

  get16(address: number): number {
    return this.memory.view.getUint16(address - BASE, true);
  }

  get usedIdx(): number {
    return this.get16(this.queue.device + 2);
  }

  /** The used entry at a position of the ring, as `id` and `len`. */
  used(position: number): { id: number; len: number } {
    const at = this.queue.device + 4 + 8 * (position % this.queue.size) - BASE;
    return { id: this.memory.view.getUint32(at, true), len: this.memory.view.getUint32(at + 4, true) };
  }

  set usedEvent(value: number) {
    this.set16(this.queue.driver + 4 + 2 * this.queue.size, value);
  }

  get availEvent(): number {
    return this.get16(this.queue.device + 4 + 8 * this.queue.size);
  }
}

/** `call` must end in a DriverError; `what` says what the driver did. */
export function refuses(what: string, call: () => unknown): void {
  let result: unknown;
  try {
    result = call();
  } catch (error) {
    if (error instanceof DriverError) return;
    throw error;
  }
  throw new Unmet(`${what}: your part went on (with ${JSON.stringify(result)}); right is a DriverError.`);
}

/** The chain at `head` must consist of these buffers. */
export function hasBuffers(part: ParavirtualDevices, driver: Driver, head: number, expected: Buffers): void {
  const found = part.chain(driver.queue, head);
  const text = ({ readable, writable }: Buffers): string =>
    [readable, writable]
      .map((buffers) => buffers.map(({ address, size }) => `${size} bytes at 0x${address.toString(16)}`).join(', '))
      .map((list, i) => `${i === 0 ? 'readable' : 'writable'}: ${list || 'nothing'}`)
      .join('; ');
  requires(text(found) === text(expected), `the chain is "${text(found)}"; right is "${text(expected)}".`);
}
