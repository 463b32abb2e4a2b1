/** The TLBs of one hart, which generated code probes: filling, choosing banks, and forgetting (Privileged, "Supervisor Memory-Management Fence Instruction"). */
import type { Access } from '../hart/cause';
import type { Hart } from '../hart/hart';
import { refusalOfGuestAccess } from '../hart/permission';
import type { CachedTranslation, Translations } from '../hart/ports';
import { M, U } from '../hart/privilege';
import { Csr, Status } from '../hart/fields';
import { PAGE_SIZE } from '../mmu/pte';
import { dataView, guestView, runningView, type View } from '../mmu/view';
import { AccessKind } from './access';
import { Filled, Space } from './filled';
import {
  ASID_BANKS,
  BANK,
  BANKS,
  bankAt,
  DATA_ENTRIES,
  FETCH_ENTRIES,
  FETCH_TABLE,
  HART,
  READ_TABLE,
  RAM,
  TLB_ENTRY,
  WRITE_TABLE,
} from './layout';
import type { DecodedPages, PageListener } from './pages';
import { contentsOf, modeBanks } from './tlb-contents';

/** Bits 59:44 of satp. */
const ASID = 0xffffn << 44n;

/** Several write entries may lead to the page: which ones is not known. */
const SEVERAL = -1;

/**
 * An entry is made only if every access of its kind to the whole page is allowed and goes to RAM, and, in a write table, if the
 * page holds no decoded code. So generated code needs to look at nothing else.
 */
export class Tlb implements PageListener {
  readonly #hart: Hart;
  readonly #pages: DecodedPages;
  readonly #host: Filled;
  readonly #guest: Filled;
  /** U-mode's banks: one for address spaces without ASID, and those with, of which the one that was in satp longest ago is first. */
  readonly #plain: Space;
  readonly #tagged: Space[];
  /** The one in satp. */
  #space: Space;
  /** RAM page number -> the write entry that leads to it, 0 for none, or SEVERAL. */
  readonly #writers: Int32Array;

  /** Why the last fill failed: the exception's cause, or 0 if translation and protection allow the access. */
  fault = 0;

  constructor(hart: Hart, pages: DecodedPages) {
    this.#hart = hart;
    this.#pages = pages;
    this.#host = new Filled([BANKS.S, BANKS.S_SUM, BANKS.M].map((bank) => bankAt(hart.id, bank)));
    this.#plain = new Space(bankAt(hart.id, BANKS.U));
    this.#tagged = ASID_BANKS.map((bank) => new Space(bankAt(hart.id, bank)));
    this.#space = this.#plain;
    this.#guest = new Filled([BANKS.VU, BANKS.VS, BANKS.VS_SUM].map((bank) => bankAt(hart.id, bank)));
    this.#writers = new Int32Array(hart.memory.ramBytes / PAGE_SIZE);
    this.#clearBanks();
  }

  /** Fills the data TLB for the virtual address at HART.ADDRESS. False: no entry can serve this access. */
  fillData(kind: number): boolean {
    const { low, high } = this.#halves(HART.ADDRESS);
    const width = AccessKind.width(kind);
    const isStore = AccessKind.isStore(kind);
    this.fault = 0;
    if (AccessKind.isAtomic(kind) ? low % width !== 0 : (low % PAGE_SIZE) + width > PAGE_SIZE) return false;
    const view = AccessKind.isGuest(kind) ? guestView(this.#hart) : dataView(this.#hart);
    const page = this.#findPage(low, high, width, isStore ? 'store' : 'load', view);
    if (page < 0) return false;
    const bank = this.#word(AccessKind.isGuest(kind) ? HART.GUEST_BANK : HART.DATA_BANK);
    const entry = bank + (isStore ? WRITE_TABLE : READ_TABLE) + hash(low, high, DATA_ENTRIES);
    if (isStore) this.#rememberWriter(entry, page);
    this.#setEntry(view, entry, low, high, page - (low - (low % PAGE_SIZE)));
    return true;
  }

  /** Fills the fetch TLB for PC. False: the fetch faults, or its page cannot be decoded as a whole. */
  fillFetch(): boolean {
    const { low, high } = this.#halves(HART.PC);
    return this.#fillFetch(low, high) !== 0;
  }

  /** The slot of the page behind the one that PC is in, or 0 if generated code cannot fetch from there. */
  slotBehind(): number {
    const { low, high } = this.#halves(HART.PC);
    const next = low - (low % PAGE_SIZE) + PAGE_SIZE;
    const slot = next < 2 ** 32 ? this.#fillFetch(next, high) : this.#fillFetch(0, (high + 1) | 0);
    this.fault = 0; // not this instruction's, if it does not go on there
    return slot;
  }

  /** The slot of the page at this address, which is now in the fetch TLB; 0 if generated code cannot fetch from there. */
  #fillFetch(low: number, high: number): number {
    const view = runningView(this.#hart);
    const page = this.#findPage(low, high, 2, 'fetch', view);
    if (page < 0) return 0;
    const entry = this.#word(HART.FETCH_BANK) + FETCH_TABLE + hash(low, high, FETCH_ENTRIES);
    const slot = this.#pages.slotFor(page);
    this.#setEntry(view, entry, low, high, slot);
    return slot;
  }

  /** The banks of the mode that runs, of the one whose eyes its loads and stores use, and of the guest that hlv and hsv look into. */
  selectBanks(): void {
    const hart = this.#hart;
    this.#setWord(HART.FETCH_BANK, this.#bankOf(runningView(hart), false));
    this.#setWord(HART.DATA_BANK, this.#bankOf(dataView(hart)));
    this.#setWord(HART.GUEST_BANK, refusalOfGuestAccess(hart) === undefined ? this.#bankOf(guestView(hart)) : 0);
  }

  /** Forgets all translations of one kind, or what was translated by the leaf that maps an address. */
  forget(which: Translations, low?: number, high?: number): void {
    if (which === 'space') return this.#changeSpace();
    if (which !== 'guest') {
      this.#forgetIn(this.#host, low, high);
      this.#forgetIn(this.#plain, low, high);
      for (const space of this.#tagged) if (space.satp !== undefined) this.#forgetIn(space, low, high);
    }
    if (which !== 'host') this.#forgetIn(this.#guest, low, high);
  }

  /** satp was written. With an ASID, what U-mode has filled under the same value before is as good as it was. */
  #changeSpace(): void {
    this.#forgetIn(this.#host);
    const satp = this.#hart.slot(Csr.satp);
    if ((satp & ASID) === 0n) this.#forgetIn((this.#space = this.#plain));
    else this.#space = this.#take(satp);
    this.selectBanks();
  }

  /** The banks of an address space with an ASID; if it has none, it gets those of the one that was not used for longest, emptied. */
  #take(satp: bigint): Space {
    const known = this.#tagged.findIndex((space) => space.satp === satp);
    const [space] = this.#tagged.splice(Math.max(known, 0), 1);
    this.#tagged.push(space);
    if (space.satp === undefined) this.#hart.memory.u8.fill(0xff, space.bank, space.bank + BANK);
    else if (known < 0) this.#forgetIn(space);
    space.satp = satp;
    return space;
  }

  #forgetIn(filled: Filled, low?: number, high?: number): void {
    const { u8 } = this.#hart.memory;
    if (low === undefined || high === undefined || filled.hasSuperpage(low, high)) {
      if (filled.isFull) for (const bank of filled.banks) u8.fill(0xff, bank, bank + BANK);
      else for (const entry of filled.entries) this.#empty(entry);
      return filled.clear();
    }
    for (const bank of filled.banks) {
      this.#empty(bank + READ_TABLE + hash(low, high, DATA_ENTRIES));
      this.#empty(bank + WRITE_TABLE + hash(low, high, DATA_ENTRIES));
      this.#empty(bank + FETCH_TABLE + hash(low, high, FETCH_ENTRIES));
    }
  }

  /** All that is in the banks that are in use. */
  contents(): CachedTranslation[] {
    const tagged = this.#tagged.flatMap(({ bank, satp }) =>
      satp === undefined ? [] : [{ bank, mode: 'U', asid: Number((satp & ASID) >> 44n) }],
    );
    const { id, memory } = this.#hart;
    return contentsOf(memory, [...modeBanks(id), ...tagged], (slot) => this.#pages.pageOf(slot));
  }

  codeAppeared(linearPage: number): void {
    const number = (linearPage - RAM) >> 12;
    const writer = this.#writers[number];
    this.#writers[number] = 0;
    if (writer === SEVERAL)
      this.#eachEntry(WRITE_TABLE, DATA_ENTRIES, (entry) => this.#emptyIfLeadsTo(entry, linearPage));
    else if (writer) this.#emptyIfLeadsTo(writer, linearPage);
  }

  slotDropped(slot: number): void {
    this.#eachEntry(FETCH_TABLE, FETCH_ENTRIES, (entry) => {
      if (this.#hart.memory.i32[(entry >> 2) + 2] === slot) this.#empty(entry);
    });
  }

  /** Linear address of the page, if generated code may make every such access to it by itself, or -1. */
  #findPage(low: number, high: number, size: number, access: Access, view: View): number {
    const { mmu, memory } = this.#hart;
    const before = mmu.references;
    const physical = mmu.find(low, high, size, access, view);
    this.fault = physical < 0 ? -physical : 0;
    if (physical < 0) return -1;
    const page = physical - (physical % PAGE_SIZE);
    const linear = mmu.allows(page, PAGE_SIZE, access, view) ? memory.linear(page, PAGE_SIZE) : -1;
    if (linear >= 0 && !(access === 'store' && this.#pages.isCode(linear))) return linear;
    mmu.references = before; // whoever makes the access walks again: it counts once
    return -1;
  }

  /** SUM matters to loads and stores of S- and VS-mode. */
  #bankOf({ privilege, guest }: View, isForData = true): number {
    const first = bankAt(this.#hart.id, 0);
    if (privilege === M) return first + BANKS.M * BANK;
    if (privilege === U) return guest ? first + BANKS.VU * BANK : this.#space.bank;
    const sum = isForData && (this.#hart.low(guest ? Csr.vsstatus : Csr.mstatus) & Status.SUM) !== 0;
    if (guest) return first + (sum ? BANKS.VS_SUM : BANKS.VS) * BANK;
    return first + (sum ? BANKS.S_SUM : BANKS.S) * BANK;
  }

  /** For the page that has just been found. */
  #setEntry({ guest, privilege }: View, entry: number, low: number, high: number, addend: number): void {
    const { u32, i32 } = this.#hart.memory;
    u32[entry >> 2] = low - (low % PAGE_SIZE);
    i32[(entry >> 2) + 1] = high;
    i32[(entry >> 2) + 2] = addend;
    (guest ? this.#guest : privilege === U ? this.#space : this.#host).add(entry, low, high, this.#hart.mmu.span);
  }

  #rememberWriter(entry: number, linearPage: number): void {
    const number = (linearPage - RAM) >> 12;
    const other = this.#writers[number];
    if (other === SEVERAL || other === entry) return;
    this.#writers[number] = other && this.#leadsTo(other, linearPage) ? SEVERAL : entry;
  }

  /** An empty entry may seem to. */
  #leadsTo(entry: number, linearPage: number): boolean {
    const { i32 } = this.#hart.memory;
    return ((i32[entry >> 2] + i32[(entry >> 2) + 2]) | 0) === linearPage; // as generated code adds: modulo 2^32
  }

  #emptyIfLeadsTo(entry: number, linearPage: number): void {
    if (this.#leadsTo(entry, linearPage)) this.#empty(entry);
  }

  #empty(entry: number): void {
    const { i32 } = this.#hart.memory;
    i32[entry >> 2] = i32[(entry >> 2) + 1] = -1;
  }

  /** All but those for ASIDs: most never are used. */
  #clearBanks(): void {
    for (const bank of this.#usedBanks()) this.#hart.memory.u8.fill(0xff, bank, bank + BANK);
  }

  #eachEntry(table: number, entries: number, visit: (entry: number) => void): void {
    for (const bank of this.#usedBanks()) for (let i = 0; i < entries; i++) visit(bank + table + i * TLB_ENTRY);
  }

  #usedBanks(): number[] {
    const used = this.#tagged.filter(({ satp }) => satp !== undefined);
    return [...this.#host.banks, ...this.#guest.banks, ...[this.#plain, ...used].map(({ bank }) => bank)];
  }

  /** A 64-bit word of the hart's block: low half unsigned, high half signed. */
  #halves(offset: number): { low: number; high: number } {
    const { u32, i32 } = this.#hart.memory;
    const at = (this.#hart.base + offset) >> 2;
    return { low: u32[at], high: i32[at + 1] };
  }

  #word(offset: number): number {
    return this.#hart.memory.i32[(this.#hart.base + offset) >> 2];
  }
  #setWord(offset: number, value: number): void {
    this.#hart.memory.i32[(this.#hart.base + offset) >> 2] = value;
  }
}

/** Byte offset of an address's entry in a table; generated code computes the same (access.ts, interpreter/run.ts). */
const hash = (low: number, high: number, entries: number): number =>
  ((low >>> 8) | (high << 24)) & ((entries - 1) * TLB_ENTRY);
