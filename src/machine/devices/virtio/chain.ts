/** Descriptor chains: the buffers of one request (virtio 1.2, section 2.7.5 "The Virtqueue Descriptor Table"). */
import type { DmaMemory } from '../../bus/dma';
import { DriverError } from './driver-error';
import type { Buffer, Buffers, ReadyQueue } from './queue-operations';

/** A descriptor: le64 address, le32 length, le16 flags, le16 next. */
export const DESCRIPTOR_BYTES = 16;
const NEXT = 1;
const WRITE = 2;
const INDIRECT = 4;

/** Bytes that all buffers of one chain may have together (section 2.7.5, "Driver Requirements"). */
const MOST_BYTES = 2 ** 32;

/**
 * Follows a chain and checks all of it before anything happens: every descriptor is read once, and a driver that changes one
 * afterwards changes nothing. Throws DriverError.
 */
export function readChain({ memory, descriptors, size: most, indirect }: ReadyQueue, head: number): Buffers {
  const readable: Buffer[] = [];
  const writable: Buffer[] = [];
  let table = { address: descriptors, entries: most };
  let nested = false;
  let bytes = 0;
  // A chain is at most as long as the queue, in whichever table: so loops end here.
  for (let index = head, length = 0; ;) {
    if (index >= table.entries) throw new DriverError(`descriptor ${index} of a table of ${table.entries}`);
    const { address, size, flags, next } = readDescriptor(memory, table.address + index * DESCRIPTOR_BYTES);
    if (flags & INDIRECT) {
      if (!indirect || nested)
        throw new DriverError(`an indirect descriptor ${nested ? 'in an indirect table' : 'without the feature'}`);
      if (flags & NEXT) throw new DriverError('a descriptor that is indirect and has a next one');
      if (size === 0 || size % DESCRIPTOR_BYTES !== 0) throw new DriverError(`an indirect table of ${size} bytes`);
      table = { address, entries: size / DESCRIPTOR_BYTES };
      nested = true;
      index = 0;
      continue;
    }
    if (++length > most) throw new DriverError(`a chain of more than ${most} descriptors, or a loop`);
    bytes += size;
    if (bytes > MOST_BYTES) throw new DriverError('a chain of more than 2^32 bytes');
    const write = (flags & WRITE) !== 0;
    if (!write && writable.length > 0) throw new DriverError('a readable buffer behind a writable one');
    if (size > 0 && !memory.allows(address, size, write ? 'write' : 'read')) {
      throw new DriverError(`a buffer of ${size} bytes at 0x${address.toString(16)}, which is not all RAM`);
    }
    (write ? writable : readable).push({ address, size });
    if (!(flags & NEXT)) return { readable, writable };
    index = next;
  }
}

function readDescriptor(memory: DmaMemory, at: number): Buffer & { flags: number; next: number } {
  const bytes = memory.read(at, DESCRIPTOR_BYTES);
  if (!bytes) throw new DriverError(`a descriptor at 0x${at.toString(16)}, which is not RAM`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return {
    address: Number(view.getBigUint64(0, true)),
    size: view.getUint32(8, true),
    flags: view.getUint16(12, true),
    next: view.getUint16(14, true),
  };
}

/** A request's buffers as two runs of bytes: how the driver cut them into descriptors does not matter (section 2.6.4 "Message Framing"). */
export class Chain {
  /** Bytes that the device may read, and bytes that it may write. */
  readonly readable: number;
  readonly writable: number;
  readonly #dma: DmaMemory;
  readonly #readBuffers: readonly Buffer[];
  readonly #writeBuffers: readonly Buffer[];

  constructor(dma: DmaMemory, { readable, writable }: Buffers) {
    this.#dma = dma;
    this.#readBuffers = readable;
    this.#writeBuffers = writable;
    this.readable = sizeOf(readable);
    this.writable = sizeOf(writable);
  }

  /** A copy of `size` bytes of the readable part from `offset` on; they must be within it. Throws DriverError if memory refuses. */
  read(offset: number, size: number): Uint8Array {
    const bytes = new Uint8Array(size);
    for (const piece of piecesOf(this.#readBuffers, offset, size)) {
      const copy = this.#dma.read(piece.address, piece.size);
      if (!copy) throw refused(piece);
      bytes.set(copy, piece.at);
    }
    return bytes;
  }

  /** Writes into the writable part from `offset` on; `bytes` must fit. Throws DriverError if memory refuses. */
  write(offset: number, bytes: Uint8Array): void {
    for (const piece of piecesOf(this.#writeBuffers, offset, bytes.length)) {
      if (!this.#dma.write(piece.address, bytes.subarray(piece.at, piece.at + piece.size))) throw refused(piece);
    }
  }
}

/** The parts of `buffers` that hold `size` bytes from `offset` on; `at` is where a part begins within those. */
function* piecesOf(buffers: readonly Buffer[], offset: number, size: number): Generator<Buffer & { at: number }> {
  let before = 0;
  let at = 0;
  for (const buffer of buffers) {
    const from = Math.max(0, offset - before);
    const piece = Math.min(buffer.size - from, size - at);
    before += buffer.size;
    if (piece <= 0) continue;
    yield { address: buffer.address + from, size: piece, at };
    at += piece;
  }
  if (at < size) throw new Error(`${size} bytes at ${offset} of a chain that is too short`);
}

const sizeOf = (buffers: readonly Buffer[]): number => buffers.reduce((sum, { size }) => sum + size, 0);

const refused = ({ address, size }: Buffer): DriverError =>
  new DriverError(`${size} bytes at 0x${address.toString(16)}, which memory does not give any more`);
