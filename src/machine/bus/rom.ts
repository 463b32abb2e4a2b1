/** Read-only memory: what the hart executes first. */
import type { Width } from '../isa/row';
import { SavedFields, type Saved } from '../saved';
import type { Device } from './device';

/** Stores are dropped without a fault, as on QEMU's virt board. */
export class Rom implements Device {
  readonly name = 'rom';
  readonly size: number;
  readonly widths: readonly Width[] = [1, 2, 4, 8];
  readonly executable = true;
  readonly #bytes: Uint8Array;

  /** `size` in bytes, a multiple of 8; unburnt bytes read 0. */
  constructor(size: number) {
    this.size = size;
    this.#bytes = new Uint8Array(size);
  }

  /** Replaces the contents: `bytes` from offset 0 on, zeros behind. */
  burn(bytes: Uint8Array): void {
    this.#bytes.fill(0);
    this.#bytes.set(bytes);
  }

  load(offset: number, width: Width): bigint {
    let value = 0n;
    for (let i = width - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.#bytes[offset + i]);
    return value;
  }

  store(): void {}

  reset(): void {}

  save(): Saved {
    return { bytes: this.#bytes.slice() };
  }

  restore(saved: Saved): void {
    this.#bytes.set(new SavedFields(saved, this.name).bytes('bytes', this.size));
  }
}
