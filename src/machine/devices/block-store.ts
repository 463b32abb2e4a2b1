/** What a disk device keeps its sectors in: memory, a file, an overlay over another store. */

/** Sectors are 512 bytes, numbered from 0. A device asks only for sectors that exist: `sector + count <= sectors`. */
export interface BlockStore {
  /** Size of the disk in sectors; it never changes. */
  readonly sectors: number;
  /** The 512 * `count` bytes from `sector` on. */
  read(sector: number, count: number): Uint8Array;
  /** Replaces the sectors from `sector` on; the length of `bytes` is a multiple of 512. */
  write(sector: number, bytes: Uint8Array): void;
  /** Returns when what was written would outlive a loss of power. */
  flush(): void;
}
