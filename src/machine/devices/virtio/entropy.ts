/** The entropy device (virtio 1.2, section 5.4 "Entropy Device"). */
import { SavedFields, type Saved } from '../../saved';
import type { RandomBytes } from '../random-bytes';
import type { Chain } from './chain';
import type { QueueKind, VirtioDevice } from './device';
import { DriverError } from './driver-error';

export interface EntropyOptions {
  /** The most bytes that one request gets, 1 or more; a driver reads how many it got. Default: 64 KiB. */
  readonly maxRequestBytes?: number;
}

export class VirtioEntropy implements VirtioDevice {
  readonly name = 'entropy';
  readonly id = 4;
  readonly features = 0n;
  readonly needs = 0n;
  readonly queues: readonly QueueKind[] = [{ maxSize: 64, holds: 'requests' }];
  readonly config = new Uint8Array();
  readonly #source: RandomBytes;
  readonly #maxBytes: number;

  constructor(source: RandomBytes, { maxRequestBytes = 2 ** 16 }: EntropyOptions = {}) {
    this.#source = source;
    this.#maxBytes = maxRequestBytes;
  }

  attach(): void {}
  refilled(): void {}
  storeConfig(): void {}
  /** The source goes on: what was given once must not come again. */
  reset(): void {}

  /** A driver must not send anything (section 5.4.6.1), and the device gives one byte at least: so there must be room for one. */
  serve(_queue: number, chain: Chain): number {
    if (chain.readable > 0) throw new DriverError('an entropy request with a readable buffer');
    if (chain.writable === 0) throw new DriverError('an entropy request without room');
    const bytes = this.#source.next(Math.min(chain.writable, this.#maxBytes));
    chain.write(0, bytes);
    return bytes.length;
  }

  save(): Saved {
    return { source: this.#source.save() };
  }

  restore(saved: Saved): void {
    this.#source.restore(new SavedFields(saved, 'virtio entropy').saved('source'));
  }
}
