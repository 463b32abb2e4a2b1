/** What a kind of virtio device is, apart from queues and registers, which all have in common (virtio 1.2, section 5 "Device Types"). */
import type { Savable } from '../../saved';
import type { Chain } from './chain';

/** What a driver puts into a queue. */
export interface QueueKind {
  /** The most entries: a power of two, at most 32768. */
  readonly maxSize: number;
  /** Requests are served as they come; buffers wait for data that the device will have. */
  readonly holds: 'requests' | 'buffers';
}

export interface VirtioDevice extends Savable {
  /** For people. */
  readonly name: string;
  /** Section 5, table of device IDs. */
  readonly id: number;
  /** Feature bits of this device type that are offered. */
  readonly features: bigint;
  /** Features without which the device does not work: a driver that does not accept them is refused. */
  readonly needs: bigint;
  readonly queues: readonly QueueKind[];
  /** The configuration space as the driver reads it. Call `host.configChanged` after changing it. */
  readonly config: Uint8Array;
  /** Called once, before anything else: the device is part of this host now. */
  attach(host: VirtioHost): void;
  /**
   * Does one request; gives the number of bytes written into the chain's writable part, from its start on without a gap.
   * Throws DriverError for a request that cannot even be answered.
   */
  serve(queue: number, chain: Chain): number;
  /** A driver that listens put new buffers into a queue that holds buffers. */
  refilled(queue: number): void;
  /** The driver stored into the configuration space, perhaps before it negotiated anything. */
  storeConfig(offset: number, bytes: Uint8Array): void;
  /** The driver, or the machine, resets the device. */
  reset(): void;
}

/** What the device may ask of whoever carries its queues. */
export interface VirtioHost {
  /**
   * Puts data into the next buffer of a queue that holds buffers: `make` gives at most `room` bytes. False if no buffer is there
   * (then `refilled` will be called) or if the driver is not ready.
   */
  deliver(queue: number, make: (room: number) => Uint8Array): boolean;
  /** The configuration space is not what it was. */
  configChanged(): void;
}
