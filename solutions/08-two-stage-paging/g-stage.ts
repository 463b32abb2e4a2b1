// 08 · Two-stage paging: the guest's own table translates to guest-physical addresses, and yours translates these to the host's.
//
// The hart walks both: no shadow has to follow the guest's table any more, and the guest may change it as it likes. Yours says
// where the guest's RAM really lies, and it grows by faults: a guest-page fault (20, 21, 23) has brought a guest-physical address
// that has no entry yet. `mode`: choose hgatp.MODE. `map`: enter the leaf for `gpa`, with the tables above it, 1 GiB or 2 MiB at
// once where the slot allows it. (Privileged, "Guest Physical Address Translation"; `GStage` in src/vmm/parts.ts.)
// #region solution: import { todo, type Parts } from '#vmm';
import type { GuestPhysicalSpace, Parts } from '#vmm';

/** hgatp.MODE, with the address bits and levels of each scheme. */
const SCHEMES = [
  { mode: 8, bits: 41n, levels: 3 }, // Sv39x4
  { mode: 9, bits: 50n, levels: 4 }, // Sv48x4
];

const PAGE = 4096n;
const PPN_AT = 10n;
const V = 1n;
/**
 * U, because "all memory accesses (...) are considered to be user-level accesses" here. A and D are set from the beginning: nobody
 * looks at them, and the hart would only have to write them, or fault because it does not (Svade).
 */
const LEAF = V | 0x02n | 0x04n | 0x08n | 0x10n | 0x40n | 0x80n; // V R W X U A D

/** Bytes that one entry of a level maps: 4 KiB, 2 MiB, 1 GiB, 512 GiB. */
const span = (level: number): bigint => PAGE << BigInt(9 * level);

/** Two more address bits than satp's schemes have, all of them in the root: it has 2048 entries instead of 512. */
function entryAt(table: number, gpa: bigint, level: number, isRoot: boolean): number {
  return table + Number((gpa / span(level)) % (isRoot ? 2048n : 512n)) * 8;
}

const pointer = (address: number): bigint => ((BigInt(address) / PAGE) << PPN_AT) | V;
const addressIn = (entry: bigint): number => Number((entry >> PPN_AT) * PAGE);

/**
 * The highest level whose leaf for `gpa` stays within the slot and maps it to memory that is aligned as the leaf must be: both
 * addresses lie equally far behind a multiple of the leaf's size.
 */
function largestLeaf(
  gpa: bigint,
  levels: number,
  space: GuestPhysicalSpace,
): { level: number; hpa: bigint } | undefined {
  const slot = space.slotAt(gpa);
  if (!slot) return undefined;
  const offset = BigInt(slot.hpa) - slot.gpa;
  const end = slot.gpa + BigInt(slot.size);
  for (let level = Math.min(2, levels - 1); level > 0; level--) {
    const from = gpa - (gpa % span(level));
    const fits = from >= slot.gpa && from + span(level) <= end && offset % span(level) === 0n;
    if (fits) return { level, hpa: from + offset };
  }
  return { level: 0, hpa: gpa - (gpa % PAGE) + offset };
}
// #endregion

export const gStage: Parts['gStage'] = {
  // #region solution: mode: (end) => todo('choose between Sv39x4 and Sv48x4'),
  mode: (end) => (SCHEMES.find(({ bits }) => end <= 1n << bits) ?? SCHEMES[1]).mode,
  // #endregion

  // #region solution: map: (gpa, space) => todo('enter the leaf for a guest-physical address'),
  map(gpa, space) {
    const { levels } = SCHEMES.find(({ mode }) => mode === space.mode) ?? SCHEMES[0];
    const leaf = largestLeaf(gpa, levels, space);
    if (!leaf) return 'not-ram';
    let table = space.root;
    for (let level = levels - 1; level > leaf.level; level--) {
      const at = entryAt(table, gpa, level, level === levels - 1);
      const entry = space.read(at);
      if (entry & V) {
        table = addressIn(entry);
        continue;
      }
      const next = space.allocateTable();
      if (next === undefined) return 'no-frame';
      space.write(at, pointer(next));
      table = next;
    }
    const at = entryAt(table, gpa, leaf.level, leaf.level === levels - 1);
    // Another VCPU may have been here first: nothing to do, and nothing that a hart could have cached is changed.
    if (!(space.read(at) & V)) space.write(at, ((leaf.hpa / PAGE) << PPN_AT) | LEAF);
    return 'mapped';
  },
  // #endregion
};
