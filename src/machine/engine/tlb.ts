/** The TLBs of one hart, which generated code probes: filling, choosing banks, and forgetting (Privileged, "Supervisor Memory-Management Fence Instruction"). */
import type { Hart } from '../hart/hart';
import { M, S } from '../hart/privilege';
import { Csr, Status } from '../hart/fields';
import { dataPrivilege } from '../mmu/translate';
import { PAGE_SIZE } from '../mmu/pte';
import { AccessKind } from './access';
import {
  BANK,
  BANK_COUNT,
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

/** So many filled entries are remembered; if there are more, the banks are cleared as a whole. */
const MOST_REMEMBERED = 4096;

/** Several write entries may lead to the page: which ones is not known. */
const SEVERAL = -1;

/**
 * An entry is made only if every access of its kind to the whole page is allowed and goes to RAM, and, in a write table, if the
 * page holds no decoded code. So generated code needs to look at nothing else.
 */
export class Tlb implements PageListener {
  readonly #hart: Hart;
  readonly #pages: DecodedPages;
  /** Linear addresses of the entries filled since all were forgotten. */
  #filled: number[] = [];
  /** For each size of superpage, the numbers of those that entries have been made from. */
  readonly #superpages = new Map<number, Set<number>>();
  /** RAM page number -> the write entry that leads to it, 0 for none, or SEVERAL. */
  readonly #writers: Int32Array;

  /** Why the last fill failed: the exception's cause, or 0 if translation and protection allow the access. */
  fault = 0;

  constructor(hart: Hart, pages: DecodedPages) {
    this.#hart = hart;
    this.#pages = pages;
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
    const page = this.#findPage(low, high, width, isStore ? 'store' : 'load');
    if (page < 0 || (isStore && this.#pages.isCode(page))) return false;
    const entry = this.#dataEntry(low, high, isStore);
    if (isStore) this.#rememberWriter(entry, page);
    this.#setEntry(entry, low, high, page - (low - (low % PAGE_SIZE)));
    return true;
  }

  /** Fills the fetch TLB for PC. False: the fetch faults, or its page cannot be decoded as a whole. */
  fillFetch(): boolean {
    const { low, high } = this.#halves(HART.PC);
    const page = this.#findPage(low, high, 2, 'fetch');
    if (page < 0) return false;
    const entry = this.#word(HART.FETCH_BANK) + FETCH_TABLE + hash(low, high, FETCH_ENTRIES);
    this.#setEntry(entry, low, high, this.#pages.slotFor(page));
    return true;
  }

  /** The banks of the privilege that runs, and of the one that loads and stores have. */
  selectBanks(): void {
    const { privilege } = this.#hart;
    this.#setWord(HART.FETCH_BANK, bankAt(this.#hart.id, privilege === M ? BANKS.M : privilege));
    this.#setWord(HART.DATA_BANK, bankAt(this.#hart.id, this.#dataBank()));
  }

  forgetAll(): void {
    if (this.#filled.length > MOST_REMEMBERED) this.#clearBanks();
    else for (const entry of this.#filled) this.#empty(entry);
    this.#filled = [];
    this.#superpages.clear();
  }

  /** Forgets what was translated by the leaf that maps this address. */
  forgetPage(low: number, high: number): void {
    if (this.#isInSuperpage(low, high)) return this.forgetAll();
    for (const bank of [BANKS.U, BANKS.S, BANKS.S_SUM]) {
      const at = bankAt(this.#hart.id, bank);
      this.#empty(at + READ_TABLE + hash(low, high, DATA_ENTRIES));
      this.#empty(at + WRITE_TABLE + hash(low, high, DATA_ENTRIES));
      this.#empty(at + FETCH_TABLE + hash(low, high, FETCH_ENTRIES));
    }
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
  #findPage(low: number, high: number, size: number, access: 'fetch' | 'load' | 'store'): number {
    const { mmu, memory } = this.#hart;
    const physical = mmu.find(low, high, size, access);
    this.fault = physical < 0 ? -physical : 0;
    if (physical < 0 || !mmu.allows(physical - (physical % PAGE_SIZE), PAGE_SIZE, access)) return -1;
    return memory.linear(physical - (physical % PAGE_SIZE), PAGE_SIZE);
  }

  #dataBank(): number {
    const privilege = dataPrivilege(this.#hart);
    if (privilege === M) return BANKS.M;
    if (privilege !== S) return BANKS.U;
    return this.#hart.low(Csr.mstatus) & Status.SUM ? BANKS.S_SUM : BANKS.S;
  }

  #dataEntry(low: number, high: number, isStore: boolean): number {
    return this.#word(HART.DATA_BANK) + (isStore ? WRITE_TABLE : READ_TABLE) + hash(low, high, DATA_ENTRIES);
  }

  /** For the page that has just been found. */
  #setEntry(entry: number, low: number, high: number, addend: number): void {
    const { u32, i32 } = this.#hart.memory;
    const { span } = this.#hart.mmu;
    u32[entry >> 2] = low - (low % PAGE_SIZE);
    i32[(entry >> 2) + 1] = high;
    i32[(entry >> 2) + 2] = addend;
    if (this.#filled.length <= MOST_REMEMBERED) this.#filled.push(entry);
    if (span === PAGE_SIZE) return;
    const known = this.#superpages.get(span);
    const number = Math.floor(pageNumber(low, high) / (span / PAGE_SIZE));
    if (known) known.add(number);
    else this.#superpages.set(span, new Set([number]));
  }

  #isInSuperpage(low: number, high: number): boolean {
    for (const [span, numbers] of this.#superpages) {
      if (numbers.has(Math.floor(pageNumber(low, high) / (span / PAGE_SIZE)))) return true;
    }
    return false;
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

  #clearBanks(): void {
    const first = bankAt(this.#hart.id, 0);
    this.#hart.memory.u8.fill(0xff, first, first + BANK_COUNT * BANK);
  }

  #eachEntry(table: number, entries: number, visit: (entry: number) => void): void {
    for (let bank = 0; bank < BANK_COUNT; bank++) {
      const first = bankAt(this.#hart.id, bank) + table;
      for (let i = 0; i < entries; i++) visit(first + i * TLB_ENTRY);
    }
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

/** Virtual page number, 52 bits. */
const pageNumber = (low: number, high: number): number => (high >>> 0) * 2 ** 20 + (low >>> 12);

/** Byte offset of an address's entry in a table; generated code computes the same (access.ts, interpreter/run.ts). */
const hash = (low: number, high: number, entries: number): number =>
  ((low >>> 8) | (high << 24)) & ((entries - 1) * TLB_ENTRY);
