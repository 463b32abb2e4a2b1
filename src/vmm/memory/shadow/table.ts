/** One shadow page table: a frame of entries that the real hart walks, and what each of them was made from. */
import { PteBit, type Pte, type Ram } from '#machine';
import { PAGE_SIZE } from '../slots';
import { ENTRIES, pagesAt } from './pages';

/** What a shadow table stands for. Two that stand for the same are one. */
export interface TableRole {
  /** 0: its entries map 4 KiB each; one level up, 512 times as much. */
  readonly level: number;
  /** With whose eyes: `viewKey`. */
  readonly view: number;
  /** The host page that holds the guest's table of which this is the shadow, entry by entry. */
  readonly source?: number;
  /** Without `source`: guest-physical pages from here on, in order, with these rights. So superpages are split, and untranslated space is mapped. */
  readonly from?: number;
  readonly rights?: number;
}

/** What one entry says. */
export type ShadowEntry =
  | { readonly kind: 'table'; readonly frame: number }
  | { readonly kind: 'page'; readonly hostPage: number; readonly rights: number };

const PPN_AT = 1024;
const RIGHTS = PteBit.R | PteBit.W | PteBit.X;
/** U, because both of the guest's modes are U-mode to the hart. A and D are set: the guest's own A and D bits are the ones that count. */
const LEAF = PteBit.V | PteBit.U | PteBit.A | PteBit.D;

export class ShadowTable {
  readonly role: TableRole;
  /** Host page number of the frame that holds the entries. */
  readonly frame: number;
  /** Guest-virtual number of the first page that its entries map; undefined if it is not the only one, or not known. */
  firstPage: number | undefined;
  /** The entries that point here (`entryId`). */
  readonly parents = new Set<number>();
  /** Entries present. */
  used = 0;
  /** Its frame is somebody else's now. */
  freed = false;
  readonly #ram: Ram;
  readonly #words: Uint32Array;
  /** Low and high half of each of the guest's entries, as they were when ours was made. Only with a source. */
  readonly #copied: Uint32Array | undefined;

  constructor(role: TableRole, frame: number, ram: Ram) {
    this.role = role;
    this.frame = frame;
    this.#ram = ram;
    this.#words = wordsOf(ram, frame);
    if (role.source !== undefined) this.#copied = new Uint32Array(2 * ENTRIES);
    ram.fill(frame * PAGE_SIZE, PAGE_SIZE, 0);
  }

  get level(): number {
    return this.role.level;
  }

  /** The first page that an entry maps, as the guest numbers its virtual pages; undefined if that is not known. */
  pageOf(index: number): number | undefined {
    return this.firstPage === undefined ? undefined : this.firstPage + index * pagesAt(this.level);
  }

  has(index: number): boolean {
    return (this.#words[2 * index] & PteBit.V) !== 0;
  }

  /** Undefined if there is none. */
  entry(index: number): ShadowEntry | undefined {
    const low = this.#words[2 * index];
    if ((low & PteBit.V) === 0) return undefined;
    const hostPage = (low >>> 10) + this.#words[2 * index + 1] * 2 ** 22;
    const rights = low & RIGHTS;
    return rights === 0 ? { kind: 'table', frame: hostPage } : { kind: 'page', hostPage, rights };
  }

  setTable(index: number, frame: number): void {
    this.#write(index, frame * PPN_AT + PteBit.V);
  }
  setPage(index: number, hostPage: number, rights: number): void {
    this.#write(index, hostPage * PPN_AT + (rights | LEAF));
  }
  clear(index: number): void {
    this.#write(index, 0);
  }

  /** Remembers the guest's entry that ours at `index` is made from. */
  copy(index: number, { low, high }: Pte): void {
    if (!this.#copied) return;
    this.#copied[2 * index] = low;
    this.#copied[2 * index + 1] = high;
  }

  /** The same, for what the guest's entry is now. */
  copyOriginal(index: number): void {
    const { source } = this.role;
    if (source === undefined) return;
    const now = wordsOf(this.#ram, source);
    this.copy(index, { low: now[2 * index], high: now[2 * index + 1] });
  }

  /** Those of our entries from `first` to `last` whose originals the guest has changed since. */
  behind(first: number, last: number): number[] {
    const { source } = this.role;
    const copied = this.#copied;
    const found: number[] = [];
    if (source === undefined || !copied) return found;
    const now = wordsOf(this.#ram, source);
    for (let i = first; i <= last; i++) {
      if (this.has(i) && (now[2 * i] !== copied[2 * i] || now[2 * i + 1] !== copied[2 * i + 1])) found.push(i);
    }
    return found;
  }

  #write(index: number, entry: number): void {
    if (this.has(index)) this.used--;
    if (entry !== 0) this.used++;
    this.#ram.write(this.frame * PAGE_SIZE + 8 * index, 8, BigInt(entry));
  }
}

/** A number for one entry of one table. */
export const entryId = (table: ShadowTable, index: number): number => table.frame * ENTRIES + index;

/** A page of RAM as 32-bit words, to be read only. */
const wordsOf = (ram: Ram, hostPage: number): Uint32Array =>
  new Uint32Array(ram.bytes.buffer, ram.bytes.byteOffset + hostPage * PAGE_SIZE - ram.base, PAGE_SIZE / 4);
