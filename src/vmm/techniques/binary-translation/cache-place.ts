/** Where a guest's kernel sees the translation cache: behind an entry of its root table that it does not use, to be executed and nothing else. */
import { PteBit, type Ram } from '#machine';
import { ENTRIES, LEVELS, pagesAt } from '../../memory/shadow/pages';
import type { ShadowTables } from '../../memory/shadow/shadow-tables';
import type { ShadowTable } from '../../memory/shadow/table';
import { PAGE_SIZE } from '../../memory/slots';

/** Tables of levels 0 to 3, whatever scheme the guest has: the root is of the level above. */
const TABLES = LEVELS - 1;
export const PLACE_BYTES = TABLES * PAGE_SIZE;

/** The first entry of the upper half of the addresses, where kernels have a hole. */
const FIRST = ENTRIES / 2;

const PPN_AT = 1024;
const LEAF = PteBit.V | PteBit.U | PteBit.X | PteBit.A | PteBit.D;

export class CachePlace {
  readonly #size: bigint;
  /** Host page number of the table of level 0; those above it follow. */
  readonly #first: number;
  #base = 0n;

  /** `tablesAt`: host-physical address of PLACE_BYTES for the tables; `cache`: the same of the cache, and its size, at most 2 MiB. */
  constructor(ram: Ram, tablesAt: number, cache: { readonly at: number; readonly size: number }) {
    this.#size = BigInt(cache.size);
    this.#first = tablesAt / PAGE_SIZE;
    const write = (level: number, index: number, entry: number): void =>
      ram.write(tablesAt + level * PAGE_SIZE + 8 * index, 8, BigInt(entry));
    ram.fill(tablesAt, PLACE_BYTES, 0);
    for (let page = 0; page < cache.size / PAGE_SIZE; page++)
      write(0, page, (cache.at / PAGE_SIZE + page) * PPN_AT + LEAF);
    for (let level = 1; level < TABLES; level++) write(level, 0, (this.#first + level - 1) * PPN_AT + PteBit.V);
  }

  /**
   * Gets the cache behind this root, if it is not there already. A guest that uses the entry takes it back by doing so (shadow-tables.ts),
   * and the next one is used; one that uses all of the upper half's loses the last of them now and then, and gets it back.
   */
  enter(tables: ShadowTables, root: ShadowTable): void {
    const frame = this.#first + root.level - 1;
    let index = FIRST;
    for (; index < ENTRIES - 1; index++) {
      const entry = root.entry(index);
      if (!entry) tables.lend(root, index, frame);
      if (!entry || (entry.kind === 'table' && entry.frame === frame)) break;
    }
    const last = root.entry(index);
    if (last?.kind !== 'table' || last.frame !== frame) {
      tables.drop(root, index);
      tables.lend(root, index, frame);
    }
    const pages = BigInt(index - ENTRIES) * BigInt(pagesAt(root.level)); // below 0: sign-extended
    this.#base = BigInt.asUintN(64, pages * BigInt(PAGE_SIZE));
  }

  /** The guest-virtual address of an offset in the cache, behind the root that was entered last. */
  addressOf(offset: number): bigint {
    return this.#base + BigInt(offset);
  }

  /** Undefined if the address is not in the cache. */
  offsetOf(address: bigint): number | undefined {
    const offset = address - this.#base;
    return offset >= 0n && offset < this.#size ? Number(offset) : undefined;
  }
}
