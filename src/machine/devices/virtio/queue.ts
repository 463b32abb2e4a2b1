/** Split virtqueues, as the device sees them (virtio 1.2, section 2.7 "Split Virtqueues"). */
import type { DmaMemory } from '../../bus/dma';
import { damaged, SavedFields, type Savable, type Saved } from '../../saved';
import { DESCRIPTOR_BYTES, readChain, type Chain } from './chain';
import { DriverError } from './driver-error';
import { EVENT_IDX, INDIRECT_DESC } from './features';

/** avail and used rings: le16 flags, le16 idx, then the entries, then the event field of the other side. */
const FLAGS = 0;
const IDX = 2;
const RING = 4;
const AVAIL_ENTRY = 2;
const USED_ENTRY = 8;
/** avail.flags bit 0, VIRTQ_AVAIL_F_NO_INTERRUPT; used.flags bit 0, VIRTQ_USED_F_NO_NOTIFY. */
const NO_NEWS = 1;

/** The areas of a queue, by physical address (section 2.7): "Driver Area" holds the available ring, "Device Area" the used ring. */
export type Area = 'descriptors' | 'driver' | 'device';

/** Indices run freely modulo 2^16; only their remainder by the size is a position. */
const index16 = (value: number): number => value & 0xffff;

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
  readonly #dma: DmaMemory;
  #ready = false;
  #features = 0n;
  /** The areas of a ready queue, as numbers. */
  #at: Record<Area, number> = { descriptors: 0, driver: 0, device: 0 };
  /** Position of the next available entry, and of the next used one. */
  #nextAvail = 0;
  #nextUsed = 0;

  constructor(dma: DmaMemory, maxSize: number) {
    this.#dma = dma;
    this.maxSize = this.size = maxSize;
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** The driver has set size and areas. Throws DriverError if they cannot be a queue. */
  start(features: bigint): void {
    this.#features = features;
    const problem = this.#locate();
    if (problem) throw new DriverError(problem);
    this.#nextAvail = this.#nextUsed = 0;
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
    this.#nextAvail = this.#nextUsed = 0;
  }

  /** Takes the head of the next available chain; undefined if there is none. */
  take(): number | undefined {
    const waiting = index16(this.#read16(this.#at.driver + IDX) - this.#nextAvail);
    if (waiting === 0) return undefined;
    if (waiting > this.size) throw new DriverError(`avail.idx ahead by ${waiting} in a queue of ${this.size}`);
    const head = this.#read16(this.#at.driver + RING + AVAIL_ENTRY * (this.#nextAvail % this.size));
    if (head >= this.size) throw new DriverError(`head ${head} in a queue of ${this.size}`);
    this.#nextAvail = index16(this.#nextAvail + 1);
    return head;
  }

  /** The chain that starts at a head; its descriptors are read now, and only now. */
  chain(head: number): Chain {
    const indirect = (this.#features & INDIRECT_DESC) !== 0n;
    return readChain(this.#dma, { table: this.#at.descriptors, size: this.size, head, indirect });
  }

  /**
   * Gives a chain back, of whose writable part `written` bytes from its start on hold data. The entry is there before idx says
   * so. True if the driver wants to be interrupted for this (section 2.7.7 "Used Buffer Notification Suppression").
   */
  give(head: number, written: number): boolean {
    const position = this.#nextUsed;
    const entry = new DataView(new ArrayBuffer(USED_ENTRY));
    entry.setUint32(0, head, true);
    entry.setUint32(4, written, true);
    this.#write(this.#at.device + RING + USED_ENTRY * (position % this.size), new Uint8Array(entry.buffer));
    this.#nextUsed = index16(position + 1);
    this.#write16(this.#at.device + IDX, this.#nextUsed);
    if (this.#hasEventIdx) return this.#read16(this.#at.driver + RING + AVAIL_ENTRY * this.size) === position;
    return (this.#read16(this.#at.driver + FLAGS) & NO_NEWS) === 0;
  }

  /**
   * Whether the driver should notify the device of new buffers (section 2.7.10 "Available Buffer Notification Suppression"). With
   * EVENT_IDX "no" is an event index that lies behind: the driver comes to it only after 2^16 buffers, when it does no harm.
   */
  listen(on: boolean): void {
    if (!this.#hasEventIdx) this.#write16(this.#at.device + FLAGS, on ? 0 : NO_NEWS);
    else if (on) this.#write16(this.#at.device + RING + USED_ENTRY * this.size, this.#nextAvail);
  }

  save(): Saved {
    const { size, areas, ready } = this;
    return { size, areas: { ...areas }, ready, nextAvail: this.#nextAvail, nextUsed: this.#nextUsed };
  }

  /** `features` are what the driver had negotiated. A queue that says it is ready must be one. */
  restore(saved: Saved, features = 0n): void {
    const from = new SavedFields(saved, 'virtqueue');
    const areas = from.part('areas');
    for (const area of ['descriptors', 'driver', 'device'] as const) {
      this.areas[area] = areas.word(area);
    }
    this.size = from.integer('size', 0, 0xffff);
    this.#nextAvail = from.integer('nextAvail', 0, 0xffff);
    this.#nextUsed = from.integer('nextUsed', 0, 0xffff);
    this.#features = features;
    this.#ready = from.flag('ready');
    const problem = this.#locate();
    if (this.#ready && problem) throw damaged(`a ready virtqueue must not be ${problem}`);
  }

  get #hasEventIdx(): boolean {
    return (this.#features & EVENT_IDX) !== 0n;
  }

  /** Finds the areas, and says why they and the size cannot be a queue (section 2.7, table of alignments and sizes), if so. */
  #locate(): string | undefined {
    const { size, maxSize, areas } = this;
    const at = { descriptors: Number(areas.descriptors), driver: Number(areas.driver), device: Number(areas.device) };
    this.#at = at;
    if (size === 0 || (size & (size - 1)) !== 0 || size > maxSize)
      return `a queue of ${size} entries, where ${maxSize} are the most`;
    const needs = [
      { area: 'descriptors', align: 16, bytes: DESCRIPTOR_BYTES * size, access: 'read' },
      { area: 'driver', align: 2, bytes: RING + AVAIL_ENTRY * size + 2, access: 'read' },
      { area: 'device', align: 4, bytes: RING + USED_ENTRY * size + 2, access: 'write' },
    ] as const;
    const wrong = needs.find(
      ({ area, align, bytes, access }) => at[area] % align !== 0 || !this.#dma.allows(at[area], bytes, access),
    );
    return wrong && `a queue whose ${wrong.area} area is at 0x${at[wrong.area].toString(16)}`;
  }

  #read16(address: number): number {
    const bytes = this.#dma.read(address, 2);
    if (!bytes) throw lost(address);
    return bytes[0] | (bytes[1] << 8);
  }

  #write16(address: number, value: number): void {
    this.#write(address, Uint8Array.of(value & 0xff, value >> 8));
  }

  #write(address: number, bytes: Uint8Array): void {
    if (!this.#dma.write(address, bytes)) throw lost(address);
  }
}

const lost = (address: number): DriverError =>
  new DriverError(`a ring at 0x${address.toString(16)}, which memory does not give any more`);
