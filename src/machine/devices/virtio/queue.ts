/** Split virtqueues, as the device sees them (virtio 1.2, section 2.7 "Split Virtqueues"). */
import type { DmaMemory } from '../../bus/dma';
import { damaged, SavedFields, type Savable, type Saved } from '../../saved';
import { Chain, DESCRIPTOR_BYTES } from './chain';
import { DriverError } from './driver-error';
import { EVENT_IDX, INDIRECT_DESC } from './features';
import type { QueueOperations, ReadyQueue } from './queue-operations';
import { AVAIL_ENTRY, RING, rings, USED_ENTRY } from './rings';

/** The areas of a queue, by physical address (section 2.7): "Driver Area" holds the available ring, "Device Area" the used ring. */
export type Area = 'descriptors' | 'driver' | 'device';

/**
 * The driver's side lies in guest memory and is believed in nothing: what it says is checked when it is used, and a violation
 * throws DriverError. The device's positions are kept here and only written to memory.
 */
export class Virtqueue implements Savable {
  /** A power of two, at most 32768. */
  readonly maxSize: number;
  /** Entries, as the driver chose; 0 .. 65535, checked when the queue becomes ready. */
  size: number;
  /** Unsigned, 64 bits. */
  readonly areas: Record<Area, bigint> = { descriptors: 0n, driver: 0n, device: 0n };
  readonly #operations: QueueOperations;
  /** What the operations work on; size, areas and features are those of the last start. */
  #queue: ReadyQueue;
  #ready = false;

  /** `operations`: how buffers pass; default: as the machine's own devices do it. */
  constructor(memory: DmaMemory, maxSize: number, operations: QueueOperations = rings) {
    this.#operations = operations;
    this.maxSize = this.size = maxSize;
    const areas = { descriptors: 0, driver: 0, device: 0 };
    this.#queue = { memory, size: maxSize, ...areas, indirect: false, eventIndex: false, nextAvail: 0, nextUsed: 0 };
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** The driver has set size and areas. Throws DriverError if they cannot be a queue. */
  start(features: bigint): void {
    const problem = this.#locate(features, { nextAvail: 0, nextUsed: 0 });
    if (problem) throw new DriverError(problem);
    this.#ready = true;
  }

  /** The driver takes the queue back; size and areas stay. */
  stop(): void {
    this.#ready = false;
  }

  /** As after power-on. */
  reset(): void {
    this.stop();
    this.size = this.maxSize;
    this.areas.descriptors = this.areas.driver = this.areas.device = 0n;
    this.#queue.nextAvail = this.#queue.nextUsed = 0;
  }

  /** Takes the head of the next available chain; undefined if there is none. */
  take(): number | undefined {
    return this.#operations.take(this.#queue);
  }

  /** The chain that starts at a head; its descriptors are read now, and only now. */
  chain(head: number): Chain {
    return new Chain(this.#queue.memory, this.#operations.chain(this.#queue, head));
  }

  /** Gives a chain back, of whose writable part `written` bytes from its start on hold data. True if the driver wants to be interrupted for this. */
  give(head: number, written: number): boolean {
    return this.#operations.give(this.#queue, head, written);
  }

  /** Whether the driver should notify the device of new buffers. */
  listen(on: boolean): void {
    this.#operations.listen(this.#queue, on);
  }

  save(): Saved {
    const { size, areas, ready } = this;
    const { nextAvail, nextUsed } = this.#queue;
    return { size, areas: { ...areas }, ready, nextAvail, nextUsed };
  }

  /** `features` are what the driver had negotiated. A queue that says it is ready must be one. */
  restore(saved: Saved, features = 0n): void {
    const from = new SavedFields(saved, 'virtqueue');
    const areas = from.part('areas');
    for (const area of ['descriptors', 'driver', 'device'] as const) {
      this.areas[area] = areas.word(area);
    }
    this.size = from.integer('size', 0, 0xffff);
    const [nextAvail, nextUsed] = [from.integer('nextAvail', 0, 0xffff), from.integer('nextUsed', 0, 0xffff)];
    this.#ready = from.flag('ready');
    const problem = this.#locate(features, { nextAvail, nextUsed });
    if (this.#ready && problem) throw damaged(`a ready virtqueue must not be ${problem}`);
  }

  /** Finds the areas, and says why they and the size cannot be a queue (section 2.7, table of alignments and sizes), if so. */
  #locate(features: bigint, indices: Pick<ReadyQueue, 'nextAvail' | 'nextUsed'>): string | undefined {
    const { size, maxSize, areas } = this;
    const { memory } = this.#queue;
    const at = { descriptors: Number(areas.descriptors), driver: Number(areas.driver), device: Number(areas.device) };
    const [indirect, eventIndex] = [INDIRECT_DESC, EVENT_IDX].map((feature) => (features & feature) !== 0n);
    this.#queue = { memory, size, ...at, indirect, eventIndex, ...indices };
    if (size === 0 || (size & (size - 1)) !== 0 || size > maxSize)
      return `a queue of ${size} entries, where ${maxSize} are the most`;
    const needs = [
      { area: 'descriptors', align: 16, bytes: DESCRIPTOR_BYTES * size, access: 'read' },
      { area: 'driver', align: 2, bytes: RING + AVAIL_ENTRY * size + 2, access: 'read' },
      { area: 'device', align: 4, bytes: RING + USED_ENTRY * size + 2, access: 'write' },
    ] as const;
    const wrong = needs.find(
      ({ area, align, bytes, access }) => at[area] % align !== 0 || !memory.allows(at[area], bytes, access),
    );
    return wrong && `a queue whose ${wrong.area} area is at 0x${at[wrong.area].toString(16)}`;
  }
}
