/** A VM's frames with their types, as the part `paravirtualCpu` is given them (docs/paravirtual.md). */

/** A page table, by its level in the walk (Privileged, "Sv39"): 2 is a root, 0 holds leaves only. */
export type TableType = 'table0' | 'table1' | 'table2';

/**
 * What a frame may be used for while somebody refers to it. The guest can store to a `writable` frame, and the hart walks
 * tables: no frame is ever both.
 */
export type FrameType = 'none' | 'writable' | TableType;

/** One row of the host's table of frames. */
export interface FrameUse {
  /** 'none' if there are no references. */
  readonly type: FrameType;
  /** How many entries, pins, roots and other users need this type: 0 .. 65,535. */
  readonly references: number;
  /** One of these is the guest's pin (hypercall `pin`). */
  readonly pinned: boolean;
}

/**
 * One VM's memory, by machine frame: host-physical address / 4096, below 2^44. An entry of a page table names a frame like this.
 * All but `owns` are for frames that are owned.
 */
export interface TypedFrames {
  /** Whether the frame is RAM of this VM. */
  owns(frame: number): boolean;
  use(frame: number): FrameUse;
  setUse(frame: number, use: FrameUse): void;
  /** An entry, or any other 8 bytes, of the frame: `index` is 0 .. 511. */
  read(frame: number, index: number): bigint;
  /** Stores an entry; the hart forgets what it has cached before the guest runs again. */
  write(frame: number, index: number, entry: bigint): void;
  /** Whether this VM may have one more table. */
  moreTables(): boolean;
}
