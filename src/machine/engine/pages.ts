/** Decoded instructions of all harts: which physical pages have a slot, decoding by basic block, and forgetting what a store overwrote. */
import type { Isa } from '../isa';
import type { Instruction } from '../isa/row';
import { PAGE_SIZE } from '../mmu/pte';
import { RecordCache } from './record-cache';
import { endsBlock, isOfRow, lengthOf, SPECIAL } from './interpreter/numbers';
import {
  FIRST_HANDLERS,
  NEXT_SLOT,
  RAM,
  RAM_BASE,
  RECORD,
  RECORD_REST,
  RECORDS,
  SLOT,
  SLOT_BASE,
  SLOTS,
} from './layout';
import type { PhysicalMemory } from './memory';
import type { GeneratedCsr } from './generated-csr';

/** What keeps pointers into slots, or lets stores pass by: the TLBs; the regions. */
export interface PageListener {
  /** The RAM page at this linear address holds decoded instructions from now on: every store to it must come to TypeScript. */
  codeAppeared(linearPage: number): void;
  /** The slot at this linear address is no longer valid. */
  slotDropped(slot: number): void;
}

interface Page {
  /** Linear addresses of the page in RAM and of its slot. */
  readonly linear: number;
  readonly slot: number;
  /** The instructions that TypeScript executes, by halfword. */
  readonly forTypeScript: Map<number, Instruction>;
  /** The slots of pages of which the last instruction ends in this page. */
  readonly joined: number[];
}

export class DecodedPages {
  readonly listeners: PageListener[] = [];
  readonly #memory: PhysicalMemory;
  readonly #records: RecordCache;
  /** By slot number. */
  readonly #pages: (Page | undefined)[] = [];
  /** RAM page number -> slot number + 1, or 0. */
  readonly #slotOf: Uint16Array;
  #free: number[] = [];
  /** What `limit` has changed, and what was there. */
  #limited: { readonly at: number; readonly was: number }[] = [];

  constructor(memory: PhysicalMemory, isa: Isa) {
    this.#memory = memory;
    this.#records = new RecordCache(isa);
    this.#slotOf = new Uint16Array(memory.ramBytes / PAGE_SIZE);
    this.#dropAll();
    memory.codeStored = (address, size) => this.#stored(address - RAM_BASE + RAM, size);
  }

  /** Whether the RAM page at this linear address has decoded instructions. */
  isCode(linearPage: number): boolean {
    return this.#slotOf[ramPage(linearPage)] !== 0;
  }

  /** Linear address of the page that this slot is of. */
  pageOf(slot: number): number {
    return this.#pages[slotNumber(slot)]!.linear;
  }

  /** The slot of the RAM page at this linear address; a page without one gets it. No record of any slot may be in use. */
  slotFor(linearPage: number): number {
    const known = this.#slotOf[ramPage(linearPage)];
    if (known) return slotAt(known - 1);
    if (this.#free.length === 0) this.#dropAll();
    const number = this.#free.pop()!;
    const slot = slotAt(number);
    this.#memory.u8.fill(0, slot, slot + SLOT); // a dropped slot keeps its records until now, as they may still be executing
    for (const end of [RECORDS, RECORDS + 1]) this.#memory.u16[(slot + end * RECORD) >> 1] = SPECIAL.pageEnd;
    this.#pages[number] = { linear: linearPage, slot, forTypeScript: new Map(), joined: [] };
    this.#slotOf[ramPage(linearPage)] = number + 1;
    for (const listener of this.listeners) listener.codeAppeared(linearPage);
    return slot;
  }

  /** The instruction of a record whose handler is SPECIAL.step, if it could be decoded and its page is still valid. */
  forTypeScript(record: number): Instruction | undefined {
    const page = this.#pages[slotNumber(record)];
    return page?.forTypeScript.get(halfword(record));
  }

  /** The instruction of any decoded record of a page that is still valid. */
  instructionOf(record: number): Instruction | undefined {
    const page = this.#pages[slotNumber(record)];
    const word = page && (this.#wordAt(page, halfword(record)) ?? this.#wordAcrossPages(page));
    return word === undefined ? undefined : this.#records.instruction(word);
  }

  /** The instruction at a halfword of a valid slot, if it has been decoded and generated code does it. */
  generated(slot: number, at: number): Instruction | undefined {
    const page = this.#pages[slotNumber(slot)];
    return page && isOfRow(this.#memory.u16[(slot + FIRST_HANDLERS + 2 * at) >> 1])
      ? this.#instructionAt(page, at)
      : undefined;
  }

  /** See RecordCache. */
  generatedCsr(instruction: Instruction): GeneratedCsr | undefined {
    return this.#records.generatedCsr(instruction);
  }

  /** Decodes the undecoded record and those behind it, to the end of the basic block. So what is decoded has run, or its block has. */
  decode(record: number): void {
    const page = this.#pages[slotNumber(record)];
    if (!page) throw new Error('an undecoded record in a dropped slot was executed');
    const { u16 } = this.#memory;
    const block: number[] = [];
    let at = halfword(record);
    let ended = false;
    while (!ended && u16[recordAt(page, at) >> 1] === SPECIAL.undecoded) {
      block.push(at);
      const handler = this.#decodeRecord(page, at);
      ended = endsBlock(handler);
      at += isLong(this.#parcel(page, at)) ? 2 : 1;
    }
    let rest = ended ? 0 : u16[(recordAt(page, at) + RECORD_REST) >> 1]; // runs on into what has been decoded before
    for (const each of block.reverse()) u16[(recordAt(page, each) + RECORD_REST) >> 1] = ++rest;
  }

  /** Ends the block from `record` on after `left` instructions, fewer than it has, until `unlimit`. */
  limit(record: number, left: number): void {
    const { u16 } = this.#memory;
    let at = record;
    for (let rest = left; rest > 0; rest--) {
      this.#change(at + RECORD_REST, rest);
      at += (lengthOf(u16[firstHandler(at) >> 1]) / 2) * RECORD;
    }
    this.#change(at + RECORD_REST, 0);
    this.#change(at, SPECIAL.limit);
  }

  /** Undoes `limit`; to be called whenever executing has left the block. */
  unlimit(): void {
    for (const { at, was } of this.#limited) this.#memory.u16[at >> 1] = was;
    if (this.#limited.length > 0) this.#limited = [];
  }

  #change(at: number, value: number): void {
    this.#limited.push({ at, was: this.#memory.u16[at >> 1] });
    this.#memory.u16[at >> 1] = value;
  }

  /** Writes the record of a halfword, and gives its handler. */
  #decodeRecord(page: Page, at: number): number {
    const { u16 } = this.#memory;
    const record = recordAt(page, at);
    const word = this.#wordAt(page, at);
    const found = word === undefined ? -1 : this.#records.find(word);
    if (found >= 0) this.#writeFields(record, found);
    else u16[record >> 1] = this.#undecodable(page, at);
    const handler = u16[record >> 1];
    u16[(page.slot + FIRST_HANDLERS + 2 * at) >> 1] = handler;
    if (handler === SPECIAL.step && found >= 0) page.forTypeScript.set(at, this.#records.instruction(word!)!);
    return handler;
  }

  /** The record is as RecordCache found it. */
  #writeFields(record: number, found: number): void {
    const { i32 } = this.#memory;
    const { fields } = this.#records;
    for (let i = 0; i < 3; i++) i32[(record >> 2) + i] = fields[found + i];
  }

  /** The handler where there is no instruction, or only half of one. */
  #undecodable(page: Page, at: number): number {
    return at === RECORDS - 1 && isLong(this.#parcel(page, at)) ? SPECIAL.acrossPages : SPECIAL.step;
  }

  /**
   * Decodes the instruction that begins in the last halfword of a page and ends in the page of the slot `next`: wherever that page
   * follows, generated code does it from now on.
   */
  join(record: number, next: number): void {
    const [page, nextPage] = [this.#pages[slotNumber(record)], this.#pages[slotNumber(next)]];
    if (!page || !nextPage) return;
    const found = this.#records.find(word(this.#parcel(page, RECORDS - 1), this.#parcel(nextPage, 0)));
    const handler = found < 0 ? SPECIAL.step : this.#records.fields[found] & 0xffff;
    if (!isOfRow(handler)) return;
    const { u16 } = this.#memory;
    this.#writeFields(record, found);
    u16[record >> 1] = SPECIAL.acrossPages;
    u16[firstHandler(record) >> 1] = handler;
    this.#memory.u32[(page.slot + NEXT_SLOT) >> 2] = next;
    nextPage.joined.push(page.slot);
  }

  /** Undefined: illegal, or its second half lies in the next page. */
  #instructionAt(page: Page, at: number): Instruction | undefined {
    const found = this.#wordAt(page, at);
    return found === undefined ? undefined : this.#records.instruction(found);
  }

  /** Undefined: its second half lies in the next page. */
  #wordAt(page: Page, at: number): number | undefined {
    const low = this.#parcel(page, at);
    if (!isLong(low)) return low;
    return at === RECORDS - 1 ? undefined : word(low, this.#parcel(page, at + 1));
  }

  /** The word in the last halfword, if it was joined with the next page. */
  #wordAcrossPages(page: Page): number | undefined {
    const next = this.#memory.u32[(page.slot + NEXT_SLOT) >> 2];
    const nextPage = next ? this.#pages[slotNumber(next)] : undefined;
    return nextPage && word(this.#parcel(page, RECORDS - 1), this.#parcel(nextPage, 0));
  }

  #parcel({ linear }: Page, at: number): number {
    return this.#memory.u16[(linear >> 1) + at];
  }

  /** Bytes of RAM were written from outside generated code: drops each page of which a decoded instruction was overwritten. */
  #stored(linear: number, size: number): void {
    const end = linear + size;
    for (let at = linear; at < end; at = pageOf(at) + PAGE_SIZE) {
      const slotPlusOne = this.#slotOf[ramPage(at)];
      if (slotPlusOne) this.#storedToCode(slotPlusOne - 1, at, Math.min(end, pageOf(at) + PAGE_SIZE));
    }
  }

  #storedToCode(number: number, start: number, end: number): void {
    const slot = slotAt(number);
    const offset = start % PAGE_SIZE;
    if (offset < 2 && this.#pages[number]!.joined.length > 0) return this.#drop(number);
    const first = Math.max(0, (offset >> 1) - 1); // an instruction of 4 bytes may begin one halfword before
    const last = (offset + end - start - 1) >> 1;
    for (let at = first; at <= last; at++) {
      if (this.#memory.u16[(slot + at * RECORD) >> 1] !== SPECIAL.undecoded) return this.#drop(number);
    }
  }

  #drop(number: number): void {
    const page = this.#pages[number];
    if (!page) return;
    this.#slotOf[ramPage(page.linear)] = 0;
    for (const slot of page.joined) this.#memory.u32[(slot + NEXT_SLOT) >> 2] = 0;
    this.#pages[number] = undefined;
    this.#free.push(number);
    for (const listener of this.listeners) listener.slotDropped(page.slot);
  }

  #dropAll(): void {
    this.#pages.forEach((page, number) => page && this.#drop(number));
    this.#free = Array.from({ length: SLOTS }, (_, i) => SLOTS - 1 - i);
  }
}

const pageOf = (linear: number): number => linear - (linear % PAGE_SIZE);
const ramPage = (linear: number): number => (linear - RAM) >> 12;
const recordAt = ({ slot }: Page, at: number): number => slot + at * RECORD;
const slotAt = (number: number): number => SLOT_BASE + number * SLOT;
const slotNumber = (record: number): number => Math.floor((record - SLOT_BASE) / SLOT);
const isLong = (parcel: number): boolean => (parcel & 3) === 3;
const word = (low: number, high: number): number => (low | (high << 16)) >>> 0;

/** Linear address of the slot that a record is in. */
export const slotOf = (record: number): number => slotAt(slotNumber(record));
/** Position of a record in its slot: the halfword of the page that it stands for. */
export const halfword = (record: number): number => ((record - SLOT_BASE) % SLOT) / RECORD;

/** Linear address of the handler that the record was decoded to. */
const firstHandler = (record: number): number => slotOf(record) + FIRST_HANDLERS + 2 * halfword(record);
