// 10 · Paravirtual devices: the guest knows that nobody built this disk, and tells you all about a request at once.
//
// `transfer` first: the ideal disk's one operation. A store has named a block (4096 bytes), a page of memory and the direction; move
// it, answer 0, or 1 if the disk has no such block, 2 if the page is not the guest's memory, 3 if the disk does not take the block.
// Then a split virtqueue (virtio 1.2, section 2.7), whose driver may be hostile: `take` the head of the next available chain, walk the
// `chain`, `give` it back through the used ring, say whether you `listen`. For what a driver must not do, throw `DriverError` (#machine).
// #region solution: import { todo, type Parts } from '#vmm';
import { DriverError, type BlockStore, type Buffer, type Buffers, type DmaMemory, type ReadyQueue } from '#machine';
import type { Parts } from '#vmm';

const BLOCK_BYTES = 4096;
const SECTORS = 8; // in a block

/** A store to TRANSFER: bit 63, to the disk; bits 62:36, block; bits 35:0, page. */
const TO_DISK = 1n << 63n;
const BLOCK = { at: 36n, bits: 27 };
const PAGE = { bits: 36 };

const OK = 0;
const NO_BLOCK = 1;
const NO_MEMORY = 2;
const MEDIUM = 3;

/** Descriptors: le64 address, le32 length, le16 flags, le16 next (section 2.7.5). */
const DESCRIPTOR = 16;
const NEXT = 1;
const WRITE = 2;
const INDIRECT = 4;
const MOST_BYTES = 2 ** 32;

/** Both rings begin with le16 flags and le16 idx (sections 2.7.6 and 2.7.8). */
const IDX = 2;
const RING = 4;
const AVAIL = 2; // bytes of an available entry
const USED = 8; // le32 id, le32 len
const SUPPRESSED = 1;

/** Indices count on for ever and are stored in 16 bits. All arithmetic on them ends here. */
const wrap = (index: number): number => index & 0xffff;

// Memory may refuse at any time, whatever it said before: what lies in front of it may be an IOMMU, whose tables change.
function read({ memory }: ReadyQueue, address: number, size: number): DataView {
  const bytes = memory.read(address, size);
  if (!bytes) throw new DriverError(`memory at 0x${address.toString(16)} cannot be read`);
  return new DataView(bytes.buffer, bytes.byteOffset, size);
}

function write({ memory }: ReadyQueue, address: number, bytes: Uint8Array): void {
  if (!memory.write(address, bytes)) throw new DriverError(`memory at 0x${address.toString(16)} cannot be written`);
}

const read16 = (queue: ReadyQueue, address: number): number => read(queue, address, 2).getUint16(0, true);
const write16 = (queue: ReadyQueue, address: number, value: number): void =>
  write(queue, address, Uint8Array.of(value & 0xff, value >> 8));
// #endregion

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  // #region solution: transfer: (command, disk, memory) => todo('move a block between the disk and memory'),
  transfer(command: bigint, disk: BlockStore, memory: DmaMemory) {
    const block = Number(BigInt.asUintN(BLOCK.bits, command >> BLOCK.at));
    const address = Number(BigInt.asUintN(PAGE.bits, command)) * BLOCK_BYTES;
    // What is left behind the last whole block is no block.
    if ((block + 1) * SECTORS > disk.sectors) return NO_BLOCK;
    if (command & TO_DISK) {
      const bytes = memory.read(address, BLOCK_BYTES);
      if (!bytes) return NO_MEMORY;
      return disk.write(block * SECTORS, bytes) ? OK : MEDIUM;
    }
    return memory.write(address, disk.read(block * SECTORS, SECTORS)) ? OK : NO_MEMORY;
  },
  // #endregion

  // #region solution: take: (queue) => todo('take the head of the next available chain'),
  take(queue: ReadyQueue) {
    // The driver's idx says how far it has come, ours how far we have: the difference is what waits. More than a queue full of it
    // cannot be: the driver has gone wrong, or wants to keep us busy.
    const waiting = wrap(read16(queue, queue.driver + IDX) - queue.nextAvail);
    if (waiting === 0) return undefined;
    if (waiting > queue.size) throw new DriverError(`${waiting} chains wait in a queue of ${queue.size}`);
    const head = read16(queue, queue.driver + RING + AVAIL * (queue.nextAvail % queue.size));
    if (head >= queue.size) throw new DriverError(`head ${head} in a queue of ${queue.size}`);
    queue.nextAvail = wrap(queue.nextAvail + 1);
    return head;
  },
  // #endregion

  // #region solution: chain: (queue, head) => todo('walk the chain and collect its buffers'),
  chain(queue: ReadyQueue, head: number): Buffers {
    const readable: Buffer[] = [];
    const writable: Buffer[] = [];
    let table = { at: queue.descriptors, entries: queue.size, indirect: false };
    let index = head;
    let bytes = 0;
    for (let length = 0; ;) {
      if (index >= table.entries) throw new DriverError(`descriptor ${index} of ${table.entries}`);
      // All of it at once and never again: what the guest's other processor stores there later does not count, so nothing that
      // was checked can have changed.
      const descriptor = read(queue, table.at + DESCRIPTOR * index, DESCRIPTOR);
      const address = Number(descriptor.getBigUint64(0, true));
      const size = descriptor.getUint32(8, true);
      const flags = descriptor.getUint16(12, true);

      // One step down, and only one: the chain goes on at the start of another table. WRITE means nothing here (section 2.7.5.3.2).
      if (flags & INDIRECT) {
        if (!queue.indirect || table.indirect || flags & NEXT)
          throw new DriverError('an indirect descriptor in the wrong place');
        if (size === 0 || size % DESCRIPTOR !== 0) throw new DriverError(`an indirect table of ${size} bytes`);
        table = { at: address, entries: size / DESCRIPTOR, indirect: true };
        index = 0;
        continue;
      }

      // No chain is longer than the queue, wherever its descriptors are. A loop is longer than everything.
      if (++length > queue.size) throw new DriverError('a loop, or a chain longer than the queue');
      bytes += size;
      if (bytes > MOST_BYTES) throw new DriverError('a chain of more than 2^32 bytes');
      const device = (flags & WRITE) !== 0;
      if (!device && writable.length > 0) throw new DriverError('a readable buffer behind a writable one');
      // Before anything is done: a request that fails in the middle has left half of itself behind.
      if (size > 0 && !queue.memory.allows(address, size, device ? 'write' : 'read'))
        throw new DriverError(`a buffer of ${size} bytes at 0x${address.toString(16)}, not all of it memory`);
      (device ? writable : readable).push({ address, size });
      if (!(flags & NEXT)) return { readable, writable };
      index = descriptor.getUint16(14, true);
    }
  },
  // #endregion

  // #region solution: give: (queue, head, written) => todo('give the chain back through the used ring'),
  give(queue: ReadyQueue, head: number, written: number) {
    const position = queue.nextUsed;
    const entry = new DataView(new ArrayBuffer(USED));
    entry.setUint32(0, head, true);
    entry.setUint32(4, written, true);
    // First the entry, then the index that says it is there: the driver may look at any moment (section 2.7.8.2).
    write(queue, queue.device + RING + USED * (position % queue.size), new Uint8Array(entry.buffer));
    queue.nextUsed = wrap(position + 1);
    write16(queue, queue.device + IDX, queue.nextUsed);
    // used_event names the one entry that the driver wants to hear of. We are asked after each, so it is this one or it is not.
    if (queue.eventIndex) return read16(queue, queue.driver + RING + AVAIL * queue.size) === position;
    return (read16(queue, queue.driver) & SUPPRESSED) === 0;
  },
  // #endregion

  // #region solution: listen: (queue, on) => todo('say whether the driver should notify'),
  listen(queue: ReadyQueue, on: boolean) {
    // With event indices there is no "no": an index that lies behind is one, and it lies behind as soon as the driver goes on.
    if (!queue.eventIndex) write16(queue, queue.device, on ? 0 : SUPPRESSED);
    else if (on) write16(queue, queue.device + RING + USED * queue.size, queue.nextAvail);
  },
  // #endregion
};
