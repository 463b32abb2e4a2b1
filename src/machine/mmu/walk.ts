/** The page-table walk of Sv39, Sv48 and Sv57: one algorithm for all (Privileged, "Virtual Address Translation Process"). */
import type { Access } from '../hart/cause';
import { isPointer, isValid, PAGE_SIZE, physicalPage, PteBit, type Pte } from './pte';

/** A translation scheme: how many levels of 512-entry tables. */
export interface Scheme {
  readonly name: 'Sv39' | 'Sv48' | 'Sv57';
  readonly levels: 3 | 4 | 5;
}

/** satp.MODE to scheme; 0 is Bare. */
export const SCHEMES: Readonly<Record<number, Scheme | undefined>> = {
  8: { name: 'Sv39', levels: 3 },
  9: { name: 'Sv48', levels: 4 },
  10: { name: 'Sv57', levels: 5 },
};

/** What the walk needs of memory. Addresses are physical and 8-byte aligned. */
export interface PteMemory {
  /** The entry, or undefined where there is no memory that page tables may be in. */
  read(address: number): Pte | undefined;
  /** Stores an entry's low half (A and D); false when it may not be written. */
  writeLow(address: number, low: number): boolean;
}

/** One question to the page table. */
export interface WalkRequest {
  readonly scheme: Scheme;
  /** Physical address of the root table. */
  readonly root: number;
  /** Virtual page number: bits 63:12 of the address, unsigned (52 bits). */
  readonly page: number;
  readonly access: Access;
  /** The access is made by U-mode. */
  readonly user: boolean;
  /** sstatus.SUM: S-mode may load from and store to user pages. */
  readonly sum: boolean;
  /** sstatus.MXR: loads may read executable pages. */
  readonly mxr: boolean;
  /** What happens when A, or D at a store, is clear: hardware sets it, the access faults (Svade), or nothing (a look without effect). */
  readonly accessedDirty: 'set' | 'fault' | 'ignore';
}

/**
 * Why a walk failed. All but `no-memory` become a page fault; `no-memory` (the table itself lies where nothing is, or PMP forbids
 * it) becomes an access fault.
 */
export type WalkFault =
  'bad-address' | 'invalid-pte' | 'not-allowed' | 'misaligned-superpage' | 'needs-ad-update' | 'no-memory';

/** Where a page lies, or why the walk failed. */
export type WalkResult =
  | {
      readonly ok: true;
      /** Physical address of the 4 KiB page asked for. */
      readonly address: number;
      /** Bytes that the leaf maps: 4 KiB, 2 MiB, 1 GiB, 512 GiB or 256 TiB. */
      readonly span: number;
      /** The leaf entry, after any A/D update, and where it is. */
      readonly leaf: Pte;
      readonly leafAddress: number;
    }
  | { readonly ok: false; readonly fault: WalkFault };

const fail = (fault: WalkFault): WalkResult => ({ ok: false, fault });

/** The virtual page number of an address. */
export const pageNumber = (address: bigint): number => Number(BigInt.asUintN(64, address) >> 12n);

/** Walks the table from its root to the leaf of one page. Only A and D of that leaf may change. */
export function walk(request: WalkRequest, memory: PteMemory): WalkResult {
  const { scheme, page } = request;
  if (!isCanonical(page, scheme)) return fail('bad-address');
  let table = request.root;
  for (let level = scheme.levels - 1; level >= 0; level--) {
    const pages = 512 ** level; // 4 KiB pages under one entry of this level
    const leafAddress = table + ((page / pages) & 511) * 8;
    const pte = memory.read(leafAddress);
    if (!pte) return fail('no-memory');
    if (!isValid(pte)) return fail('invalid-pte');
    if (isPointer(pte)) {
      table = physicalPage(pte) * PAGE_SIZE;
      continue;
    }
    if (!isAllowed(pte.low, request)) return fail('not-allowed');
    const superpage = physicalPage(pte) / pages;
    if (!Number.isInteger(superpage)) return fail('misaligned-superpage');
    const leaf = updateAccessedDirty(pte, leafAddress, request, memory);
    if (typeof leaf === 'string') return fail(leaf);
    const within = page - Math.floor(page / pages) * pages; // a division by a power of two is exact, and `%` slow
    return { ok: true, address: (superpage * pages + within) * PAGE_SIZE, span: pages * PAGE_SIZE, leaf, leafAddress };
  }
  return fail('invalid-pte'); // a pointer at the last level
}

/** Whether the bits above the scheme's address width all equal its highest bit. */
function isCanonical(page: number, { levels }: Scheme): boolean {
  const half = 2 ** (9 * levels - 1);
  return page < half || page >= 2 ** 52 - half;
}

/** The permissions of a leaf: R, W, X (with MXR) and U (with SUM). */
function isAllowed(low: number, { access, user, sum, mxr }: WalkRequest): boolean {
  const isUserPage = (low & PteBit.U) !== 0;
  if (user ? !isUserPage : isUserPage && (access === 'fetch' || !sum)) return false;
  if (access === 'fetch') return (low & PteBit.X) !== 0;
  if (access === 'store') return (low & PteBit.W) !== 0;
  return (low & PteBit.R) !== 0 || (mxr && (low & PteBit.X) !== 0);
}

/** Gives the leaf with A, and D for a store, set as the request says; or the fault. */
function updateAccessedDirty(
  pte: Pte,
  at: number,
  { access, accessedDirty }: WalkRequest,
  memory: PteMemory,
): Pte | WalkFault {
  const low = (pte.low | PteBit.A | (access === 'store' ? PteBit.D : 0)) >>> 0;
  if (low === pte.low || accessedDirty === 'ignore') return pte;
  if (accessedDirty === 'fault') return 'needs-ad-update';
  return memory.writeLow(at, low) ? { low, high: pte.high } : 'no-memory';
}
