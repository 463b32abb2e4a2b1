/** What a disk device keeps its sectors in: memory, or an overlay over something that is only read. */
import { SavedFields, type Savable, type Saved } from '../saved';

/** Bytes in a sector, whatever block size a disk shows. */
export const SECTOR = 512;

/** Sectors are 512 bytes, numbered from 0. A device asks only for sectors that exist: `sector + count <= sectors`. */
export interface BlockStore extends Savable {
  /** Size of the disk in sectors; it never changes. */
  readonly sectors: number;
  /** The 512 * `count` bytes from `sector` on. */
  read(sector: number, count: number): Uint8Array;
  /**
   * Replaces the sectors from `sector` on; the length of `bytes` is a multiple of 512. False if the store has no room for
   * them: nothing was written, and the device reports an error of the medium.
   */
  write(sector: number, bytes: Uint8Array): boolean;
  /** Fills `count` sectors from `sector` on with zeros; false as for `write`. */
  zero(sector: number, count: number): boolean;
  /** Returns when what was written would outlive a loss of power. */
  flush(): void;
}

/** A disk in memory: as long as the machine, and as large as `contents`, whose length is a multiple of 512. */
export class MemoryStore implements BlockStore {
  readonly sectors: number;
  readonly #bytes: Uint8Array;

  /** Keeps a copy of `contents`. */
  constructor(contents: Uint8Array) {
    if (contents.length % SECTOR !== 0) throw new Error(`a disk of ${contents.length} bytes`);
    this.sectors = contents.length / SECTOR;
    this.#bytes = contents.slice();
  }

  read(sector: number, count: number): Uint8Array {
    return this.#bytes.slice(sector * SECTOR, (sector + count) * SECTOR);
  }

  write(sector: number, bytes: Uint8Array): boolean {
    this.#bytes.set(bytes, sector * SECTOR);
    return true;
  }

  zero(sector: number, count: number): boolean {
    this.#bytes.fill(0, sector * SECTOR, (sector + count) * SECTOR);
    return true;
  }

  flush(): void {}

  save(): Saved {
    return { bytes: this.#bytes.slice() };
  }

  restore(saved: Saved): void {
    this.#bytes.set(new SavedFields(saved, 'disk').bytes('bytes', this.#bytes.length));
  }
}
