/**
 * What the translated code of a VCPU is made of: the host's floating-point registers, which its guest does not have, and a cache that
 * the guest's kernel can execute and neither read nor write.
 */
import type { ServedCsr } from '../../parts';

/** What each of f0 to f8 holds while translated code runs. Integers, moved by fmv.x.d and fmv.d.x: the guest has no F to notice. */
export const Float = {
  /** Guest instructions that may still begin: the budget of this entry, less all of the blocks that were entered. */
  left: 0,
  /** The guest's t0, t1 and t2 while translated code uses these for itself. */
  t0: 1,
  t1: 2,
  t2: 3,
  /** Copies of virtual CSRs that translated code serves without an exit. */
  sstatus: 4,
  sscratch: 5,
  sepc: 6,
  scause: 7,
  stval: 8,
} as const;

/** Virtual CSRs with a copy in a register. */
export const SERVED: readonly ServedCsr[] = ['sstatus', 'sscratch', 'sepc', 'scause', 'stval'];

export const T0 = 5;
export const T1 = 6;
export const T2 = 7;

/**
 * Offsets in the cache, in bytes. First comes a table of what jumps to registers have found, then the way there, and on the same page, so
 * that a small guest needs few, the blocks.
 */
export const CacheAt = {
  /** SLOTS slots of SLOT_BYTES, by bits 10:1 of the guest address. */
  slots: 0,
  /** Goes to the block for the guest address in t0; the guest's own t0 is in `Float.t0`. */
  indirect: 0x1_0000,
  /** An ebreak: the slot is another block's. */
  miss: 0x1_0040,
  blocks: 0x1_0080,
} as const;

export const SLOTS = 1024;
export const SLOT_BYTES = 64;

/** The last page of the cache: code that runs once. */
export const ONCE_BYTES = 0x1000;
