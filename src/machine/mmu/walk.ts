/** The page-table walk of Sv39, Sv48 and Sv57, and of their wider forms for a guest's physical addresses: one algorithm for all (Privileged, "Virtual Address Translation Process" and "Guest Physical Address Translation"). */
import type { Access } from '../hart/cause';
import { isNapot, isPointer, isValid, PAGE_SIZE, physicalPage, PteBit, type Pte } from './pte';

/** A translation scheme: how many levels of tables. */
export interface Scheme {
  readonly name: 'Sv39' | 'Sv48' | 'Sv57' | 'Sv39x4' | 'Sv48x4' | 'Sv57x4';
  readonly levels: 3 | 4 | 5;
  /** Address bits that choose an entry of the root table; of the others, 9. */
  readonly rootBits: 9 | 11;
}

/** satp.MODE to scheme; 0 is Bare. */
export const SCHEMES: Readonly<Record<number, Scheme | undefined>> = {
  8: { name: 'Sv39', levels: 3, rootBits: 9 },
  9: { name: 'Sv48', levels: 4, rootBits: 9 },
  10: { name: 'Sv57', levels: 5, rootBits: 9 },
};

/** hgatp.MODE to scheme; 0 is Bare. Addresses are 2 bits wider, and the root table has four times the entries. */
export const GUEST_SCHEMES: Readonly<Record<number, Scheme | undefined>> = {
  8: { name: 'Sv39x4', levels: 3, rootBits: 11 },
  9: { name: 'Sv48x4', levels: 4, rootBits: 11 },
  10: { name: 'Sv57x4', levels: 5, rootBits: 11 },
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
  /** A load that needs permission to execute instead of to read (hlvx). */
  readonly executable?: boolean;
  /** Svnapot: bit N of a leaf is allowed. Svpbmt: so are its bits PBMT, which change nothing on this machine. */
  readonly svnapot?: boolean;
  readonly svpbmt?: boolean;
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
      /** Bytes that the leaf maps: 4 KiB, 64 KiB (Svnapot), 2 MiB, 1 GiB, 512 GiB or 256 TiB. */
      readonly span: number;
      /** The leaf entry, after any A/D update, and where it is. */
      readonly leaf: Pte;
      readonly leafAddress: number;
    }
  | { readonly ok: false; readonly fault: WalkFault };

const fail = (fault: WalkFault): WalkResult => ({ ok: false, fault });

/** 4 KiB pages under one entry of a level. Computed powers would take as long as the rest of the walk. */
const PAGES_UNDER = [0, 1, 2, 3, 4].map((level) => 512 ** level);

/** Virtual page numbers have 52 bits. */
const ALL_PAGES = 2 ** 52;

/** The virtual page number of an address. */
export const pageNumber = (address: bigint): number => Number(BigInt.asUintN(64, address) >> 12n);

/** Walks the table from its root to the leaf of one page. Only A and D of that leaf may change. */
export function walk(request: WalkRequest, memory: PteMemory): WalkResult {
  const { scheme, page } = request;
  if (!isCanonical(page, scheme)) return fail('bad-address');
  let table = request.root;
  for (let level = scheme.levels - 1; level >= 0; level--) {
    const pages = PAGES_UNDER[level];
    const entries = level === scheme.levels - 1 ? 1 << scheme.rootBits : 512;
    const leafAddress = table + ((page / pages) & (entries - 1)) * 8;
    const pte = memory.read(leafAddress);
    if (!pte) return fail('no-memory');
    if (!isValid(pte, request)) return fail('invalid-pte');
    if (isPointer(pte)) {
      table = physicalPage(pte) * PAGE_SIZE;
      continue;
    }
    if (!isAllowed(pte.low, request)) return fail('not-allowed');
    const block = blockOf(pte, level);
    if (!Number.isInteger(block.first / block.pages)) return fail('misaligned-superpage');
    const leaf = updateAccessedDirty(pte, leafAddress, request, memory);
    if (typeof leaf === 'string') return fail(leaf);
    const within = page - Math.floor(page / block.pages) * block.pages; // a division by a power of two is exact, and `%` slow
    return { ok: true, address: (block.first + within) * PAGE_SIZE, span: block.pages * PAGE_SIZE, leaf, leafAddress };
  }
  return fail('invalid-pte'); // a pointer at the last level
}

/** Whether the bits above the scheme's address width all equal its highest bit; for a guest's physical address: whether they are 0. */
function isCanonical(page: number, { levels, rootBits }: Scheme): boolean {
  const pages = PAGES_UNDER[levels - 1] * (1 << rootBits);
  return rootBits === 11 ? page < pages : page < pages / 2 || page >= ALL_PAGES - pages / 2;
}

/** The physical 4 KiB pages that a leaf maps: the number of the first, and how many. It must be a multiple of these. */
function blockOf(leaf: Pte, level: number): { first: number; pages: number } {
  const first = physicalPage(leaf);
  if (!isNapot(leaf)) return { first, pages: PAGES_UNDER[level] };
  return { first: level === 0 ? first - 8 : NaN, pages: 16 }; // PPN bits 3:0 are 1000, and all other encodings reserved
}

/** The permissions of a leaf: R, W, X (with MXR) and U (with SUM). */
function isAllowed(low: number, { access, user, sum, mxr, executable }: WalkRequest): boolean {
  const isUserPage = (low & PteBit.U) !== 0;
  if (user ? !isUserPage : isUserPage && (access === 'fetch' || !sum)) return false;
  if (access === 'fetch' || executable) return (low & PteBit.X) !== 0;
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
