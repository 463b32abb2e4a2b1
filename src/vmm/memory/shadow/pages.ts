/** Page numbers (address / 4096) and the blocks of pages that one entry of a page table maps (Privileged, "Sv39", "Sv48", "Sv57"). */

export const ENTRIES = 512;

/** Levels of the deepest tables, Sv57's. Level 0 is that of 4 KiB pages. */
export const LEVELS = 5;

/** Pages that an entry of this level maps. */
export const pagesAt = (level: number): number => ENTRIES ** level;

/** Which entry of a table at this level leads to a page. */
export const indexOf = (page: number, level: number): number => Math.floor(page / pagesAt(level)) % ENTRIES;

/** The first of the aligned pages that an entry of this level maps. */
export const firstOf = (page: number, level: number): number => page - (page % pagesAt(level));

/** The number of the aligned block of that size that a page is in. */
const blockOf = (page: number, level: number): number => Math.floor(page / pagesAt(level));

/** A number for that block: no other block of any size has it. */
export const blockKey = (page: number, level: number): number => blockOf(page, level) * LEVELS + level;
