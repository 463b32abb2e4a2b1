/** A second correct solution: a generator that yields descriptors, rules as a list, and rings as small objects over their addresses. */
import { DriverError, type Buffer, type DmaMemory, type ReadyQueue } from '#machine';
import type { Parts } from '#vmm';

interface Descriptor extends Buffer {
  readonly next: number | undefined;
  readonly ours: boolean;
  readonly indirect: boolean;
}

/** One side's ring in memory: `entry` bytes an entry, between the header and the other side's event index. */
class RingOf {
  readonly #memory: DmaMemory;
  readonly #at: number;
  readonly #entry: number;
  readonly #size: number;

  constructor({ memory, size }: ReadyQueue, at: number, entry: number) {
    [this.#memory, this.#at, this.#entry, this.#size] = [memory, at, entry, size];
  }

  get flags(): number {
    return this.#load(0);
  }
  set flags(value: number) {
    this.#store(0, [value & 0xff, value >>> 8]);
  }
  get idx(): number {
    return this.#load(2);
  }
  set idx(value: number) {
    this.#store(2, [value & 0xff, value >>> 8]);
  }
  get event(): number {
    return this.#load(4 + this.#entry * this.#size);
  }
  set event(value: number) {
    this.#store(4 + this.#entry * this.#size, [value & 0xff, value >>> 8]);
  }
  head(index: number): number {
    return this.#load(this.#place(index));
  }
  put(index: number, ...words: readonly number[]): void {
    this.#store(
      this.#place(index),
      words.flatMap((word) => [0, 8, 16, 24].map((shift) => (word >>> shift) & 0xff)),
    );
  }

  #place(index: number): number {
    return 4 + this.#entry * (index & (this.#size - 1)); // the size is a power of two
  }
  #load(offset: number): number {
    const [low, high] = this.#memory.read(this.#at + offset, 2) ?? fail('the ring cannot be read');
    return low + 256 * high;
  }
  #store(offset: number, bytes: readonly number[]): void {
    if (!this.#memory.write(this.#at + offset, Uint8Array.from(bytes))) fail('the ring cannot be written');
  }
}

const available = (queue: ReadyQueue): RingOf => new RingOf(queue, queue.driver, 2);
const usedRing = (queue: ReadyQueue): RingOf => new RingOf(queue, queue.device, 8);

function fail(why: string): never {
  throw new DriverError(why);
}

function descriptorAt({ memory }: ReadyQueue, at: number): Descriptor {
  const bytes = memory.read(at, 16) ?? fail('the descriptor cannot be read');
  const number = (from: number, length: number): number =>
    bytes.slice(from, from + length).reduceRight((value, byte) => value * 256 + byte, 0);
  const flags = number(12, 2);
  const next = flags % 2 === 1 ? number(14, 2) : undefined;
  return { address: number(0, 8), size: number(8, 4), next, ours: (flags & 2) > 0, indirect: (flags & 4) > 0 };
}

/** The buffers' descriptors in order, tables entered on the way. */
function* descriptors(queue: ReadyQueue, head: number): Generator<Descriptor> {
  let [table, entries, left, nested] = [queue.descriptors, queue.size, queue.size, false];
  let index: number | undefined = head;
  while (index !== undefined) {
    if (index >= entries) fail('an index outside of its table');
    const descriptor = descriptorAt(queue, table + 16 * index);
    if (!descriptor.indirect) {
      if (left-- === 0) fail('too many descriptors');
      yield descriptor;
      index = descriptor.next;
    } else {
      const misplaced = !queue.indirect || nested || descriptor.next !== undefined;
      if (misplaced || descriptor.size < 16 || descriptor.size % 16 > 0) fail('an indirect descriptor');
      [table, entries, index, nested] = [descriptor.address, descriptor.size / 16, 0, true];
    }
  }
}

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  transfer(command, disk, memory) {
    const [page, block] = [Number(command & 0xf_ffff_ffffn) * 4096, Number((command >> 36n) & 0x7ff_ffffn)];
    if (block >= Math.floor(disk.sectors / 8)) return 1;
    if (command < 1n << 63n) return memory.write(page, disk.read(8 * block, 8)) ? 0 : 2;
    const bytes = memory.read(page, 4096);
    if (bytes === undefined) return 2;
    return disk.write(8 * block, bytes) ? 0 : 3;
  },

  take(queue) {
    const ring = available(queue);
    const ahead = (ring.idx - queue.nextAvail + 0x1_0000) % 0x1_0000;
    if (ahead === 0) return undefined;
    if (ahead > queue.size) fail('more waits than there can be');
    const head = ring.head(queue.nextAvail);
    if (head >= queue.size) fail('no such head');
    queue.nextAvail = (queue.nextAvail + 1) % 0x1_0000;
    return head;
  },

  chain(queue, head) {
    const all: Descriptor[] = [];
    let [total, written] = [0, false];
    for (const descriptor of descriptors(queue, head)) {
      const { address, size, ours } = descriptor;
      if (written && !ours) fail('readable behind writable');
      if ((total += size) > 0x1_0000_0000) fail('too many bytes');
      if (size !== 0 && !queue.memory.allows(address, size, ours ? 'write' : 'read')) fail('no memory');
      written ||= ours;
      all.push(descriptor);
    }
    const those = (ours: boolean): Buffer[] =>
      all.filter((each) => each.ours === ours).map(({ address, size }) => ({ address, size }));
    return { readable: those(false), writable: those(true) };
  },

  give(queue, head, written) {
    const [ring, position] = [usedRing(queue), queue.nextUsed];
    ring.put(position, head, written);
    ring.idx = queue.nextUsed = (position + 1) % 0x1_0000;
    const driver = available(queue);
    return queue.eventIndex ? driver.event === position : driver.flags % 2 === 0;
  },

  listen(queue, on) {
    if (queue.eventIndex && on) usedRing(queue).event = queue.nextAvail;
    if (!queue.eventIndex) usedRing(queue).flags = on ? 0 : 1;
  },
};
