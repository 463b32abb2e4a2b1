/** The seam of lesson 06: where a VM's RAM lies in the host, and how a guest-physical address is found there. */
import type { Piece, Slot } from './memory/slots';

/** Guest-physical addresses, numbers below 2^53; sizes in bytes. */
export interface PlannedRange {
  readonly gpa: number;
  readonly size: number;
}

/** What a VM's board shall have. */
export interface MemoryPlan {
  /** In any order. RAM comes in whole pages of 4096 bytes. */
  readonly ram: readonly PlannedRange[];
  /** Where devices answer, in any order; of any size, at least 1. Names are for people. */
  readonly devices: readonly (PlannedRange & { readonly name: string })[];
  /** The most that may be taken from the host in one piece, a multiple of 4096. */
  readonly pieceBytes: number;
}

/** The slots that make up the plan's RAM, in any order; or why it cannot be had, one sentence that goes on after the VM's name. */
export type MemoryPlanned = readonly Slot[] | { readonly refused: string };

export interface MemoryMap {
  /**
   * Takes from the host what the plan asks for, or refuses a plan that no board can have; of a plan that is refused for what it
   * says, nothing is taken. `allocate` gives that many bytes of the host's (whole pages), which are this VM's from then on: their
   * host-physical address, or undefined if there are not so many left.
   */
  assemble(plan: MemoryPlan, allocate: (bytes: number) => number | undefined): MemoryPlanned;
  /**
   * The host pieces behind guest-physical [gpa, gpa + length), in order; undefined if one single byte of them is not RAM.
   * `gpa` is any 64-bit value, `length` 0 .. 2^52; a range that would go on behind 2^64 is never RAM, and one of no bytes has no pieces.
   * `slots` do not overlap; lowest guest-physical address first.
   */
  translate(gpa: bigint, length: number, slots: readonly Slot[]): readonly Piece[] | undefined;
}
