/** What a device does with a split virtqueue (virtio 1.2, section 2.7 "Split Virtqueues"): the four operations, whoever provides them. */
import type { DmaMemory } from '../../bus/dma';

/**
 * A queue that the driver has set up. Its areas were all RAM, and aligned, when it became ready; what is in them is the driver's and
 * may change at any time, and so may what memory allows.
 */
export interface ReadyQueue {
  /** The device's port to the driver's memory. A refusal at any time is to be borne. */
  readonly memory: DmaMemory;
  /** Entries of the descriptor table and of both rings: a power of two, 1 .. 32768. */
  readonly size: number;
  /** Physical address of the descriptor table, `size` entries of 16 bytes: le64 address, le32 length, le16 flags, le16 next. */
  readonly descriptors: number;
  /** Of the available ring, which the driver writes: le16 flags, le16 idx, le16 ring[size], le16 used_event. */
  readonly driver: number;
  /** Of the used ring, which the device writes: le16 flags, le16 idx, { le32 id, le32 len } ring[size], le16 avail_event. */
  readonly device: number;
  /** The feature VIRTIO_F_INDIRECT_DESC was negotiated. */
  readonly indirect: boolean;
  /** VIRTIO_F_EVENT_IDX was negotiated: used_event and avail_event count, and the flags of the rings do not. */
  readonly eventIndex: boolean;
  /**
   * The device's own indices: the available entry to take next, the used entry to write next. They run freely modulo 2^16. The
   * operations move them; nobody else does while the queue is ready, and a snapshot holds them.
   */
  nextAvail: number;
  nextUsed: number;
}

/** A piece of the driver's memory; `address` is physical, both are unsigned. */
export interface Buffer {
  readonly address: number;
  readonly size: number;
}

/** The buffers of one request, in the driver's order: those that the device may read, and those that it may write. */
export interface Buffers {
  readonly readable: readonly Buffer[];
  readonly writable: readonly Buffer[];
}

/** Each of them throws `DriverError` for what a driver must not do, and for memory that refuses. */
export interface QueueOperations {
  /** The head (index of the first descriptor) of the next chain that the driver made available, which is taken by that; undefined if there is none. */
  take(queue: ReadyQueue): number | undefined;
  /** Walks the chain from this head on and checks all of it. Every descriptor is read at most once, and nothing else changes. */
  chain(queue: ReadyQueue, head: number): Buffers;
  /**
   * Gives a chain back: `written` bytes of its writable part, from the start on without a gap, hold data. True if the driver wants an
   * interrupt for this one.
   */
  give(queue: ReadyQueue, head: number, written: number): boolean;
  /** Whether the driver should notify the device of the next chain that it makes available. */
  listen(queue: ReadyQueue, on: boolean): void;
}
