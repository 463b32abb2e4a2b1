/** Page-table entries as tests write them: the page number from bit 10 on, V to D below (Privileged, "Sv39 page table entry"). */

/** An entry for the page at a physical address; `bits` are of PteBit. */
export const pte = (address: bigint, bits: number): bigint => ((address >> 12n) << 10n) | BigInt(bits);

/** MODE of satp, and where the root is, of Sv39, Sv48 and Sv57; of hgatp the same with x4. */
export const schemes = <T>(root39: T, root48: T, root57: T): readonly { mode: bigint; root: T }[] => [
  { mode: 8n, root: root39 },
  { mode: 9n, root: root48 },
  { mode: 10n, root: root57 },
];
