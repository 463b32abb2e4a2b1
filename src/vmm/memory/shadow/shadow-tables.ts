/**
 * The shadow page tables of one VM: made, linked, dropped and evicted. What is entered into them, and when, is the part
 * `shadowPaging` (solutions/07-shadow-paging/shadow-paging.ts).
 *
 * A shadow table stands for one of the guest's tables, whoever points to that one: processes that share their kernel's tables
 * share the shadows of these. It goes when nothing points to it any more; roots stay until their frames are needed.
 */
import { PteBit, pteFrom, type Pte, type Ram } from '#machine';
import type { Counters } from '../../counters';
import { PartFailure } from '../../part-failure';
import type { FrameAllocator } from '../frames';
import { PAGE_SIZE, type MemorySlots } from '../slots';
import { ENTRIES, firstOf, indexOf, pagesAt } from './pages';
import { Sources } from './sources';
import { Stale } from './stale';
import { entryId, ShadowTable, type TableRole } from './table';
import { Writers } from './writers';

/** What the tables are made of. */
export interface ShadowMemory {
  readonly frames: FrameAllocator;
  readonly ram: Ram;
  readonly slots: MemorySlots;
  /** Frames in use at a time, at most: 64 or more. */
  readonly limit: number;
}

/** What one fault can need: a root, tables for the guest's four others, and four that split a superpage. */
const FRAMES_OF_A_FILL = 9;

const LEFT_NOTHING =
  'your `shadowPaging` has used up all frames for shadow tables: what is made by `table` and not linked is never given back.';

export class ShadowTables {
  /** What the TLB has to forget before the guest runs on. */
  readonly stale = new Stale();
  readonly #memory: ShadowMemory;
  readonly #counters: Counters;
  readonly #byRole = new Map<string, ShadowTable>();
  readonly #byFrame = new Map<number, ShadowTable>();
  /** The one that was entered longest ago is first. */
  readonly #roots = new Set<ShadowTable>();
  readonly #sources = new Sources();
  readonly #writers = new Writers();

  constructor(memory: ShadowMemory, counters: Counters) {
    this.#memory = memory;
    this.#counters = counters;
  }

  // Tables

  /** The root table for this role, for somebody who is about to use it; a new one is empty. */
  root(role: TableRole): ShadowTable {
    const known = this.#byRole.get(keyOf(role));
    const root = known ?? this.#newTable(role);
    this.#roots.delete(root);
    this.#roots.add(root);
    return root;
  }

  /** The table for this role, through which `page` (guest-virtual) is reached; a new one is empty, and its source write-protected. */
  table(role: TableRole, page: number): ShadowTable {
    const known = this.#byRole.get(keyOf(role));
    const firstPage = firstOf(page, role.level + 1);
    if (!known) {
      const made = this.#newTable(role);
      made.firstPage = firstPage;
      return made;
    }
    if (known.firstPage !== firstPage) known.firstPage = undefined;
    return known;
  }

  /** Frees frames until a fill cannot run out of them: those of roots that were not entered for longest, in the end the current one's. */
  makeRoom(current?: ShadowTable): void {
    for (const root of this.#roots) {
      if (this.#left >= FRAMES_OF_A_FILL) return;
      if (root !== current) this.free(root);
    }
    if (current && this.#left < FRAMES_OF_A_FILL) this.#empty(current);
  }

  get #left(): number {
    return this.#memory.limit - this.#byFrame.size;
  }

  #newTable(role: TableRole): ShadowTable {
    if (this.#left === 0) throw new PartFailure('shadowPaging', LEFT_NOTHING);
    const frame = this.#memory.frames.allocate();
    if (frame === undefined) throw new Error('the host gave its VMs less memory than their shadows may use');
    const table = new ShadowTable(role, frame / PAGE_SIZE, this.#memory.ram);
    this.#byRole.set(keyOf(role), table);
    this.#byFrame.set(table.frame, table);
    if (role.source !== undefined && this.#sources.add(role.source, table)) this.#protect(role.source);
    return table;
  }

  /** Takes a table away to which nothing points, and what only it points to. */
  free(table: ShadowTable): void {
    this.#empty(table);
    this.#roots.delete(table);
    this.#byRole.delete(keyOf(table.role));
    this.#byFrame.delete(table.frame);
    if (table.role.source !== undefined) this.#sources.delete(table.role.source, table);
    this.#memory.frames.free(table.frame * PAGE_SIZE);
    table.freed = true;
    this.stale.everything();
  }

  #empty(table: ShadowTable): void {
    for (let i = 0; i < ENTRIES && table.used > 0; i++) this.drop(table, i);
  }

  // Entries

  /** Makes an entry point to `child`; `from` is the guest's entry that says so. */
  link(table: ShadowTable, index: number, child: ShadowTable, from?: Pte): void {
    checkEntry(table, index);
    if (child.freed || child.level !== table.level - 1)
      throw new Error(`no table of level ${child.level} can hang from one of level ${table.level}`);
    if (from) table.copy(index, from);
    const entry = table.entry(index);
    if (entry?.kind === 'table' && entry.frame === child.frame) return;
    child.parents.add(entryId(table, index)); // first: it may have hung from what goes now
    this.drop(table, index);
    table.setTable(index, child.frame);
  }

  /** Makes an entry map host pages from `hostPage` on, as many as its level says, with PteBit.R, W and X in `rights`. */
  map(table: ShadowTable, index: number, to: { readonly hostPage: number; readonly rights: number }, from?: Pte): void {
    checkEntry(table, index);
    if (from) table.copy(index, from);
    this.drop(table, index);
    table.setPage(index, to.hostPage, to.rights);
    if (to.rights & PteBit.W) this.#writers.add(table.level, to.hostPage, entryId(table, index));
    this.#counters.shadowFills++;
  }

  /**
   * Sets bits (PteBit.A, D) of the guest's own entry at this guest-physical address, as a processor does, and gives the entry as it is
   * then. Its table does not count as changed by the guest.
   */
  mark(at: number, bits: number): Pte {
    const { ram, slots } = this.#memory;
    const page = slots.hostPage(Math.floor(at / PAGE_SIZE));
    if (page === undefined || at % 8 !== 0) throw new Error(`there is no entry of the guest's at 0x${at.toString(16)}`);
    const entry = page * PAGE_SIZE + (at % PAGE_SIZE);
    const old = pteFrom(ram.read(entry, 8));
    const marked = { low: (old.low | (bits & (PteBit.A | PteBit.D))) >>> 0, high: old.high };
    if (marked.low !== old.low) ram.write(entry, 4, BigInt(marked.low));
    return marked;
  }

  /** Makes an entry that is empty point to a table that has nothing to do with the guest's (host page number). The guest takes the entry back by using it. */
  lend(table: ShadowTable, index: number, frame: number): void {
    table.copyOriginal(index);
    table.setTable(index, frame);
  }

  /** Takes an entry away, and the table behind it if nothing else points there. */
  drop(table: ShadowTable, index: number): void {
    const entry = table.entry(index);
    if (!entry) return;
    table.clear(index);
    if (entry.kind === 'page') {
      if (entry.rights & PteBit.W) this.#writers.delete(table.level, entry.hostPage, entryId(table, index));
      this.stale.page(table.pageOf(index));
      this.#counters.shadowDrops++;
      return;
    }
    this.stale.everything();
    const child = this.#byFrame.get(entry.frame);
    child?.parents.delete(entryId(table, index));
    if (child?.parents.size === 0) this.free(child);
  }

  /** Drops all of a table's entries, or the one on the way to `page`, whose originals the guest has changed. */
  dropChanged(table: ShadowTable, page?: number): void {
    const [first, last] =
      page === undefined ? [0, ENTRIES - 1] : [indexOf(page, table.level), indexOf(page, table.level)];
    for (const index of table.behind(first, last)) this.drop(table, index);
  }

  /** Gives an empty table back: perhaps the guest's is none any more. */
  dropEmpty(table: ShadowTable): void {
    if (table.used > 0 || table.freed) return;
    if (this.#roots.has(table)) return this.free(table);
    for (const id of table.parents) this.#dropById(id);
  }

  // Memory

  /** The host page behind a guest-physical page; undefined if that is not RAM. */
  hostPage(page: number): number | undefined {
    return this.#memory.slots.hostPage(page);
  }

  /**
   * The first host page behind the guest-physical pages that an entry of this level would map; undefined if they are not all RAM, or
   * not one aligned piece of the host's.
   */
  block(page: number, level: number): number | undefined {
    const [first, pages] = [firstOf(page, level), pagesAt(level)];
    const host = this.#memory.slots.hostPage(first, pages);
    return host !== undefined && host % pages === 0 ? host : undefined;
  }

  // Write protection

  /** Whether any of the host pages that an entry of this level maps holds a table that has a shadow, or is watched. */
  holdsTables(hostPage: number, level: number): boolean {
    return this.#sources.anyIn(hostPage, level);
  }

  /** Whether the guest may write to this table of its at the moment. */
  isOpen(source: number): boolean {
    return this.#sources.open.has(source) && !this.#sources.isWatched(source);
  }

  /** Lets the guest write to this page without our notice, even if it holds a table of its. */
  open(hostPage: number): void {
    if (!this.#sources.has(hostPage) || this.isOpen(hostPage)) return;
    this.#counters.writeProtectFaults++;
    this.#sources.open.add(hostPage);
  }

  /** Somebody else than the VM's harts has written to host-physical memory: a device, or firmware. */
  written(address: number, length: number): void {
    for (let page = Math.floor(address / PAGE_SIZE); page * PAGE_SIZE < address + length; page++)
      if (this.#sources.has(page)) this.#sources.open.add(page);
  }

  /** From now on no store of the guest to this page goes unnoticed, open table or not: each is a fault, until `unwatch`. */
  watch(hostPage: number): void {
    if (this.#sources.watch(hostPage)) this.#protect(hostPage);
  }
  unwatch(hostPage: number): void {
    this.#sources.unwatch(hostPage);
  }

  /** All open tables, and their shadows. */
  *opened(): IterableIterator<ShadowTable> {
    for (const source of this.#sources.open) yield* this.#sources.tablesOf(source);
  }

  get openCount(): number {
    return this.#sources.open.size;
  }

  /** Write-protects all open tables again. */
  close(): void {
    const sources = [...this.#sources.open];
    this.#sources.open.clear();
    for (const source of sources) this.#protect(source);
  }

  /** No entry lets the guest write to this page any more. An entry of a superpage goes, to be split when it is needed again. */
  #protect(hostPage: number): void {
    for (const id of this.#writers.to(hostPage)) {
      const table = this.#byFrame.get(Math.floor(id / ENTRIES))!;
      const index = id % ENTRIES;
      const entry = table.entry(index);
      this.drop(table, index);
      if (table.level === 0 && entry?.kind === 'page') table.setPage(index, hostPage, entry.rights & ~PteBit.W);
    }
  }

  #dropById(id: number): void {
    this.drop(this.#byFrame.get(Math.floor(id / ENTRIES))!, id % ENTRIES);
  }
}

/** For those who got it wrong: a table that is gone has given its frame to somebody else. */
function checkEntry(table: ShadowTable, index: number): void {
  if (table.freed) throw new Error('this shadow table is not in use any more');
  if (!(index >= 0 && index < ENTRIES)) throw new Error(`a table has no entry ${index}`);
}

const keyOf = ({ level, view, source, from, rights }: TableRole): string =>
  source === undefined ? `${level} ${view} at ${from} ${rights}` : `${level} ${view} of ${source}`;
