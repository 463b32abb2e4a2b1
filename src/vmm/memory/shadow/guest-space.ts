/** The address space that a VCPU is in: what satp says, the guest's own table behind it, and the shadow of that. */
import { pageNumber, PteBit, SCHEMES, type Pte, type PteMemory } from '#machine';
import type { Counters } from '../../counters';
import type { Access } from '../../exit';
import type { ShadowPaging } from '../../shadow-paging';
import type { HostTable } from '../../techniques/host-hart';
import type { GuestMemory } from '../guest-memory';
import { walkGuest, type GuestTranslation, type View } from '../guest-walk';
import { LEVELS } from './pages';
import type { ShadowTables } from './shadow-tables';
import type { ShadowTable, TableRole } from './table';
import { viewKey } from './view-key';

export interface GuestSpaceOptions {
  readonly memory: GuestMemory;
  readonly tables: ShadowTables;
  readonly paging: ShadowPaging;
  readonly counters: Counters;
}

const MODE_AT = 60n;
const PPN = (1n << 44n) - 1n;
const READ_WRITE_EXECUTE = PteBit.R | PteBit.W | PteBit.X;

export class GuestSpace {
  readonly tables: ShadowTables;
  /** Goes up when translations may have changed. */
  epoch = 0;
  readonly #memory: GuestMemory;
  readonly #paging: ShadowPaging;
  readonly #counters: Counters;
  #satp = 0n;
  /** By view: the root that the hart walks. */
  #roots: (ShadowTable | undefined)[] = [];
  /** The entries that the last walk has read, from the root's on, as they were. */
  #path: Pte[] = [];
  readonly #pageTables: PteMemory;
  /** What the hart had to walk last. */
  #table?: HostTable;

  constructor({ memory, tables, paging, counters }: GuestSpaceOptions) {
    this.tables = tables;
    this.#memory = memory;
    this.#paging = paging;
    this.#counters = counters;
    this.#pageTables = {
      read: (address) => this.#read(address),
      writeLow: (address, low) => memory.pageTables.writeLow(address, low),
    };
  }

  /** The root of the shadow for a view, for who is about to enter the guest. */
  root(view: View): ShadowTable {
    const key = viewKey(view);
    const known = this.#roots[key];
    if (known && !known.freed) return known;
    this.tables.makeRoom();
    const root = this.tables.root(this.#rootRole(key));
    this.#roots[key] = root;
    return root;
  }

  /** satp of the shadow that there is for a view; undefined if there is none yet. Makes none. */
  shadowOf(view: View): bigint | undefined {
    const known = this.#roots[viewKey(view)];
    return known && !known.freed ? satpOf(known) : undefined;
  }

  /** What the hart has to walk for a view. */
  table(view: View): HostTable {
    const owner = this.root(view); // first: to make one may make others stale
    const { generation, pages } = this.tables.stale;
    if (this.#table?.owner !== owner || this.#table.generation !== generation)
      this.#table = { owner, generation, satp: satpOf(owner), stalePages: pages };
    return this.#table;
  }

  /** The guest has written satp: what it has changed in its tables counts from now on, and other tables translate. */
  switchTo(satp: bigint): void {
    this.fence();
    if (satp === this.#satp) return;
    this.#satp = satp;
    this.#roots = [];
  }

  /** The guest has fenced: for the page of `gva`, or for everything. */
  fence(gva?: bigint): void {
    this.epoch++;
    this.#counters.shadowFences++;
    this.#paging.fence(this.tables, gva === undefined ? undefined : pageNumber(gva));
  }

  /** What the guest's own table says; with 'set', its A and D bits are updated as the hardware would. */
  walk(view: View, gva: bigint, access: Access, mark: 'set' | 'ignore'): GuestTranslation {
    this.#path = [];
    return walkGuest({ pageTables: this.#pageTables }, this.#satp, view, { gva, access }, mark);
  }

  /** The guest's table allows this access to RAM, and the shadow does not: from now on it does. */
  fill(view: View, gva: bigint, access: Access): void {
    const found = this.walk(view, gva, access, 'ignore');
    if (!found.ok) return; // the guest changed its table meanwhile; trying again will tell
    const { leafAt, gpa } = found;
    const root = this.root(view);
    this.tables.makeRoom(root);
    const [page, guestPage] = [pageNumber(gva), pageNumber(gpa)];
    this.#paging.fill(this.tables, { root, page, access, view, path: this.#path, leafAt, guestPage });
  }

  #read(address: number): Pte | undefined {
    const pte = this.#memory.pageTables.read(address);
    if (pte) this.#path.push(pte);
    return pte;
  }

  /** Untranslated, an address is a guest-physical one: Sv57 has room for 2^56 bytes of them. */
  #rootRole(view: number): TableRole {
    const scheme = SCHEMES[Number(this.#satp >> MODE_AT)];
    if (!scheme) return { level: LEVELS - 1, view, from: 0, rights: READ_WRITE_EXECUTE };
    const level = scheme.levels - 1;
    const source = this.tables.hostPage(Number(this.#satp & PPN));
    // A root outside RAM: every walk of it fails, and the shadow stays empty.
    return source === undefined ? { level, view, from: 0, rights: 0 } : { level, view, source };
  }
}

/** MODE 8 is Sv39, which has levels 0 to 2; Sv48 and Sv57 follow. */
const satpOf = ({ level, frame }: ShadowTable): bigint => (BigInt(level + 6) << MODE_AT) | BigInt(frame);
