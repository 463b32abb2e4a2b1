/** What the guest's own page table says, asked by the hypervisor on the guest's behalf (Privileged, "Virtual Address Translation Process"). */
import { causeOf, pageNumber, SCHEMES, walk, type Pte, type PteMemory } from '#machine';
import type { Access } from '../exit';
import { PAGE_SIZE } from './slots';

/** How the guest looks at its memory at a given moment; sum and mxr are bits of its sstatus. */
export interface View {
  readonly mode: 'S' | 'U';
  readonly sum: boolean;
  readonly mxr: boolean;
}

/** A translation, or the cause of the exception that the guest deserves. The leaf and its guest-physical address are missing where the guest translates nothing. */
export type GuestTranslation =
  | { readonly ok: true; readonly gpa: bigint; readonly leaf?: Pte; readonly leafAt?: number }
  | { readonly ok: false; readonly cause: number };

const MODE_AT = 60n;
const PPN = (1n << 44n) - 1n;

/**
 * Looks `gva` up in the table that `satp` names. `mark` says what happens to a clear A (or D, for a store) in the guest's
 * entry: 'set' does what the hardware would do, 'ignore' leaves no trace.
 */
export function walkGuest(
  memory: { readonly pageTables: PteMemory },
  satp: bigint,
  view: View,
  { gva, access }: { gva: bigint; access: Access },
  mark: 'set' | 'ignore',
): GuestTranslation {
  const scheme = SCHEMES[Number(satp >> MODE_AT)];
  if (!scheme) return { ok: true, gpa: gva }; // Bare
  const found = walk(
    {
      scheme,
      root: Number(satp & PPN) * PAGE_SIZE,
      page: pageNumber(gva),
      access,
      user: view.mode === 'U',
      sum: view.sum,
      mxr: view.mxr,
      accessedDirty: mark,
    },
    memory.pageTables,
  );
  if (!found.ok) return { ok: false, cause: causeOf(found.fault, access) };
  const gpa = BigInt(found.address) + (gva % BigInt(PAGE_SIZE));
  return { ok: true, gpa, leaf: found.leaf, leafAt: found.leafAddress };
}
