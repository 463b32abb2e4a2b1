/**
 * Memory slots: which guest-physical ranges are RAM, and where in the host's memory each of them really lies.
 *
 * Types keep the two kinds of address apart: a guest-physical address is a bigint (a guest can form any 64-bit value),
 * a host-physical address is a number (always inside the host's RAM, which we made).
 */
import type { MemoryMap } from '../memory-plan';

/** One range of guest RAM. Sizes in bytes; all three are multiples of PAGE_SIZE. */
export interface Slot {
  readonly gpa: bigint;
  readonly hpa: number;
  readonly size: number;
}

/** A stretch of guest memory that is contiguous in host memory as well. */
export interface Piece {
  readonly hpa: number;
  readonly length: number;
}

export const PAGE_SIZE = 4096;

/** A guest may live in any number of slots; neighbours in its eyes need not be neighbours in the host. */
export class MemorySlots {
  readonly #slots: Slot[] = [];
  readonly #map: Pick<MemoryMap, 'translate'>;
  /** The same in page numbers, which are exact as numbers and faster. */
  readonly #byPage: { first: number; host: number; count: number }[] = [];

  /** `map` answers for ranges of bytes; by page, where a guest's own accesses miss, we look ourselves. */
  constructor(map: Pick<MemoryMap, 'translate'>) {
    this.#map = map;
  }

  /** Adds RAM. Throws if it is misaligned or overlaps an earlier slot: whoever configures a VM has to rule that out. */
  add(slot: Slot): void {
    const misaligned = slot.gpa % BigInt(PAGE_SIZE) !== 0n || slot.hpa % PAGE_SIZE !== 0 || slot.size % PAGE_SIZE !== 0;
    if (misaligned || slot.size <= 0)
      throw new Error(`memory slot at 0x${slot.gpa.toString(16)} is not made of whole pages`);
    const overlap = this.#slots.find((other) => slot.gpa < end(other) && other.gpa < end(slot));
    if (overlap)
      throw new Error(`memory slots overlap at 0x${slot.gpa.toString(16)} and 0x${overlap.gpa.toString(16)}`);
    const above = this.#slots.findIndex((other) => other.gpa > slot.gpa);
    const at = above === -1 ? this.#slots.length : above;
    this.#slots.splice(at, 0, slot);
    this.#byPage.splice(at, 0, inPages(slot));
  }

  /** All slots, lowest guest-physical address first. */
  [Symbol.iterator](): Iterator<Slot> {
    return this.#slots[Symbol.iterator]();
  }

  /** Where this guest-physical byte lies in the host; undefined if it is not RAM of this VM. */
  toHost(gpa: bigint): number | undefined {
    const slot = this.slotAt(gpa);
    return slot && slot.hpa + Number(gpa - slot.gpa);
  }

  /** The guest-physical address of a byte of the host; undefined if it does not belong to this VM. */
  toGuest(hpa: number): bigint | undefined {
    const slot = this.#slots.find((each) => hpa >= each.hpa && hpa < each.hpa + each.size);
    return slot && slot.gpa + BigInt(hpa - slot.hpa);
  }

  /**
   * The host page behind the first of `pages` guest-physical pages (by number: address / 4096), if all of them lie in one piece
   * behind each other in the host; else undefined.
   */
  hostPage(page: number, pages = 1): number | undefined {
    for (const { first, host, count } of this.#byPage) {
      if (page >= first && page + pages <= first + count) return host + page - first;
    }
    return undefined;
  }

  /**
   * The host pieces behind guest-physical [gpa, gpa + length), in order; undefined if one single byte is not RAM.
   * A range that would wrap around 2^64 is never RAM.
   */
  pieces(gpa: bigint, length: number): readonly Piece[] | undefined {
    return this.#map.translate(gpa, length, this.#slots);
  }

  /** The slot that holds this guest-physical byte; undefined if it is not RAM of this VM. */
  slotAt(gpa: bigint): Slot | undefined {
    return this.#slots.find((slot) => gpa >= slot.gpa && gpa < end(slot));
  }
}

const inPages = ({ gpa, hpa, size }: Slot): { first: number; host: number; count: number } => ({
  first: Number(gpa / BigInt(PAGE_SIZE)),
  host: hpa / PAGE_SIZE,
  count: size / PAGE_SIZE,
});

const end = (slot: Slot): bigint => slot.gpa + BigInt(slot.size);
