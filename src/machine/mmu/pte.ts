/** A page-table entry of Sv39, Sv48 and Sv57, in two halves of 32 bits (Privileged, "Addressing and Memory Protection"). */

/** Bits of the low half. */
export const PteBit = { V: 1, R: 2, W: 4, X: 8, U: 0x10, G: 0x20, A: 0x40, D: 0x80 } as const;

/** An entry as unsigned 32-bit halves: a walk reads several, and numbers are faster than bigints. */
export interface Pte {
  readonly low: number;
  readonly high: number;
}

export const PAGE_SIZE = 4096;

/** Physical page number of the page or table that the entry points to: PPN, bits 53:10; a number below 2^44. */
export const physicalPage = ({ low, high }: Pte): number => (low >>> 10) + (high & 0x3f_ffff) * 2 ** 22;

/** Whether the entry points to the next table: valid, and neither R, W nor X. */
export const isPointer = ({ low }: Pte): boolean => (low & (PteBit.R | PteBit.W | PteBit.X)) === 0;

/** Bits of the high half: 63 N (Svnapot), 62:61 PBMT (Svpbmt), 60:54 reserved. */
const N = 1 << 31;
const PBMT = 3 << 29;
const RESERVED = 0x7f << 22;

/** The entry is one of 16 alike that together map 64 KiB. */
export const isNapot = ({ high }: Pte): boolean => (high & N) !== 0;

/** Extensions that allow more bits to be set. */
export interface PteExtensions {
  readonly svnapot?: boolean;
  readonly svpbmt?: boolean;
}

/** V is set and nothing reserved is: W needs R; PBMT is not 3; a pointer has neither D, A, U, N nor PBMT. */
export function isValid(pte: Pte, { svnapot, svpbmt }: PteExtensions = {}): boolean {
  const { low, high } = pte;
  if ((low & PteBit.V) === 0 || (low & (PteBit.R | PteBit.W)) === PteBit.W) return false;
  const allowed = (svnapot ? N : 0) | (svpbmt ? PBMT : 0);
  if (high & (RESERVED | N | PBMT) & ~allowed || (high & PBMT) === PBMT) return false;
  return !isPointer(pte) || ((low & (PteBit.D | PteBit.A | PteBit.U)) === 0 && (high & (N | PBMT)) === 0);
}

/** Splits a 64-bit entry; joins one. */
export const pteFrom = (entry: bigint): Pte => ({
  low: Number(entry & 0xffff_ffffn),
  high: Number((entry >> 32n) & 0xffff_ffffn),
});
