/** The rings of a split virtqueue (virtio 1.2, sections 2.7.6 "The Virtqueue Available Ring" and 2.7.8 "The Virtqueue Used Ring"). */
import { readChain } from './chain';
import { DriverError } from './driver-error';
import type { QueueOperations, ReadyQueue } from './queue-operations';

/** Both rings: le16 flags, le16 idx, then the entries, then the event field of the other side. */
const FLAGS = 0;
const IDX = 2;
export const RING = 4;
export const AVAIL_ENTRY = 2;
export const USED_ENTRY = 8;
/** avail.flags bit 0, VIRTQ_AVAIL_F_NO_INTERRUPT; used.flags bit 0, VIRTQ_USED_F_NO_NOTIFY. */
const NO_NEWS = 1;

/** Indices run freely modulo 2^16; only their remainder by the size is a position. */
const index16 = (value: number): number => value & 0xffff;

/** As the machine's own devices do it. */
export const rings: QueueOperations = {
  take(queue) {
    const { driver, size } = queue;
    const waiting = index16(read16(queue, driver + IDX) - queue.nextAvail);
    if (waiting === 0) return undefined;
    if (waiting > size) throw new DriverError(`avail.idx ahead by ${waiting} in a queue of ${size}`);
    const head = read16(queue, driver + RING + AVAIL_ENTRY * (queue.nextAvail % size));
    if (head >= size) throw new DriverError(`head ${head} in a queue of ${size}`);
    queue.nextAvail = index16(queue.nextAvail + 1);
    return head;
  },

  chain: readChain,

  /** The entry is there before idx says so. Section 2.7.7 "Used Buffer Notification Suppression" says who is interrupted. */
  give(queue, head, written) {
    const { driver, device, size, nextUsed: position } = queue;
    const entry = new DataView(new ArrayBuffer(USED_ENTRY));
    entry.setUint32(0, head, true);
    entry.setUint32(4, written, true);
    write(queue, device + RING + USED_ENTRY * (position % size), new Uint8Array(entry.buffer));
    queue.nextUsed = index16(position + 1);
    write16(queue, device + IDX, queue.nextUsed);
    if (queue.eventIndex) return read16(queue, driver + RING + AVAIL_ENTRY * size) === position;
    return (read16(queue, driver + FLAGS) & NO_NEWS) === 0;
  },

  /**
   * Section 2.7.10 "Available Buffer Notification Suppression". With EVENT_IDX "no" is an event index that lies behind: the driver
   * comes to it only after 2^16 buffers, when it does no harm.
   */
  listen(queue, on) {
    const { device, size } = queue;
    if (!queue.eventIndex) write16(queue, device + FLAGS, on ? 0 : NO_NEWS);
    else if (on) write16(queue, device + RING + USED_ENTRY * size, queue.nextAvail);
  },
};

function read16({ memory }: ReadyQueue, address: number): number {
  const bytes = memory.read(address, 2);
  if (!bytes) throw lost(address);
  return bytes[0] | (bytes[1] << 8);
}

const write16 = (queue: ReadyQueue, address: number, value: number): void =>
  write(queue, address, Uint8Array.of(value & 0xff, value >> 8));

function write({ memory }: ReadyQueue, address: number, bytes: Uint8Array): void {
  if (!memory.write(address, bytes)) throw lost(address);
}

const lost = (address: number): DriverError =>
  new DriverError(`a ring at 0x${address.toString(16)}, which memory does not give any more`);
