/** The regions of all pages: when one is compiled, installed, and thrown out again. */
import { SPECIAL } from '../interpreter/numbers';
import { FIRST_HANDLERS, RECORD, RECORD_ARRIVALS, RECORDS, REGION_ENTRIES, REGIONS_USED } from '../layout';
import type { PhysicalMemory } from '../memory';
import { halfword, slotOf, type DecodedPages, type PageListener } from '../pages';
import { blocksFrom, type Block, type PageCode } from './blocks';
import { regionFunction } from './function';
import { regionModule } from './module';
import type { Policy } from './policy';

interface Region {
  /** In the table. */
  readonly index: number;
  /** Instructions in the code. */
  readonly size: number;
  /** Halfwords at which it can be entered. */
  readonly entries: readonly number[];
}

/** What is known of a page that has, or had, regions. */
interface CompiledPage {
  readonly slot: number;
  /** Halfwords at which blocks begin that were compiled, whenever that was. */
  readonly roots: Set<number>;
  /** The first has what was hot when the page was last compiled as a whole, the others what became so later. */
  regions: Region[];
  /** How often it was compiled as a whole, and how often blocks have asked for more. */
  compiled: number;
  asked: number;
}

/** A page is compiled anew as a whole only after 4, 16, ... blocks have asked for more, at most so many; the others get a region of their own. */
const MOST_PATIENCE = 64;

/** It is also compiled anew if what is hot now has one such part of the instructions that were compiled before: jumps between regions are slow. */
const PART = 2;

/** The table's entry 0 is free: 0 in a slot's table of entries means that there is none. */
const FIRST_INDEX = 1;

export class Regions implements PageListener {
  /** The functions of the regions, which the interpreters call. */
  readonly table: WebAssembly.Table;
  readonly policy: Policy;
  readonly #memory: PhysicalMemory;
  readonly #pages: DecodedPages;
  readonly #bySlot = new Map<number, CompiledPage>();
  readonly #free: number[];
  /** Instructions in all regions. */
  #size = 0;

  constructor(memory: PhysicalMemory, pages: DecodedPages, policy: Policy) {
    this.#memory = memory;
    this.#pages = pages;
    this.policy = policy;
    const { mostRegions } = policy;
    this.table = new WebAssembly.Table({ element: 'anyfunc', initial: FIRST_INDEX + mostRegions });
    this.#free = Array.from({ length: mostRegions }, (_, i) => FIRST_INDEX + mostRegions - 1 - i);
    pages.listeners.push(this);
  }

  /** Instructions in all regions, and how many regions there are. */
  get size(): { instructions: number; regions: number } {
    return { instructions: this.#size, regions: this.policy.mostRegions - this.#free.length };
  }

  codeAppeared(): void {}

  slotDropped(slot: number): void {
    const page = this.#bySlot.get(slot);
    if (page) this.#discard(page);
    this.#bySlot.delete(slot);
  }

  /** The block at `record` has been begun often: compiles it and what is hot around it, or the page anew, unless too much is compiled. */
  hot(record: number, functions: Readonly<Record<string, unknown>>): void {
    this.#pages.unlimit(); // it changes handlers, as regions do
    const slot = slotOf(record);
    const at = halfword(record);
    const page = this.#bySlot.get(slot) ?? { slot, roots: new Set(), regions: [], compiled: 0, asked: 0 };
    const isNew = page.regions.length === 0;
    if (!this.#pages.generated(slot, at) || (!isNew && page.roots.has(at))) return;
    this.#bySlot.set(slot, page);
    const isDue = isNew || ++page.asked % Math.min(4 ** page.compiled, MOST_PATIENCE) === 0;
    const more = isDue ? [] : this.#blocksOf(page, false);
    const asWhole = isDue || PART * sizeOf(more) >= page.regions.reduce((sum, { size }) => sum + size, 0);
    this.#compile(page, asWhole ? this.#blocksOf(page, true) : more, asWhole, functions);
  }

  #compile(
    page: CompiledPage,
    blocks: readonly Block[],
    asWhole: boolean,
    functions: Readonly<Record<string, unknown>>,
  ): void {
    const { slot } = page;
    const size = sizeOf(blocks);
    if (!this.#makeRoom(page, asWhole, size)) return;
    if (asWhole) {
      this.#discard(page);
      page.compiled++;
    }
    const index = this.#free.pop()!;
    const { code, imports, entries } = regionFunction({ slot, index }, blocks, (instruction) =>
      this.#pages.generatedCsr(instruction),
    );
    const module = new WebAssembly.Module(regionModule(code, imports));
    const env = { memory: this.#memory.wasm, ...functions };
    const { exports } = new WebAssembly.Instance(module, { env });
    for (const { start } of blocks) page.roots.add(start);
    this.#install(page, { index, size, entries }, exports.region);
  }

  /** Blocks reached from those that are half as often executed as makes one hot; with or without those that were compiled before. */
  #blocksOf({ slot, roots }: CompiledPage, asWhole: boolean): Block[] {
    const hot = this.#hotIn(slot);
    const from = asWhole ? new Set([...roots, ...hot]) : new Set(hot.filter((at) => !roots.has(at)));
    const code: PageCode = {
      generated: (at) => this.#pages.generated(slot, at),
      forTypeScript: (at) => this.#pages.forTypeScript(slot + at * RECORD),
      isWarm: (at) => from.has(at) || this.#arrivals(slot, at) >= this.policy.warm,
      isElsewhere: (at) => !asWhole && roots.has(at),
    };
    return blocksFrom(code, from);
  }

  #hotIn(slot: number): number[] {
    const hot: number[] = [];
    for (let at = 0; at < RECORDS; at++) if (this.#arrivals(slot, at) >= this.policy.threshold / 2) hot.push(at);
    return hot;
  }

  #arrivals(slot: number, at: number): number {
    return this.#memory.u16[(slot + at * RECORD + RECORD_ARRIVALS) >> 1];
  }

  /** Whether the page may have a region of `size` instructions, after those have gone that were not entered since room was made before. */
  #makeRoom(page: CompiledPage, asWhole: boolean, size: number): boolean {
    const own = asWhole ? page.regions : [];
    const ownSize = own.reduce((sum, region) => sum + region.size, 0);
    const fits = (): boolean =>
      this.#free.length + own.length > 0 && this.#size - ownSize + size <= this.policy.mostInstructions;
    if (!fits()) for (const other of this.#bySlot.values()) if (other !== page) this.#discardUnlessUsed(other);
    return fits();
  }

  #discardUnlessUsed(page: CompiledPage): void {
    const { u32 } = this.#memory;
    const used = (page.slot + REGIONS_USED) >> 2;
    if (u32[used] === 0) {
      this.#discard(page);
      this.#bySlot.delete(page.slot);
    }
    u32[used] = 0;
  }

  #install(page: CompiledPage, region: Region, run: unknown): void {
    const { u16, u32 } = this.#memory;
    const { slot } = page;
    const { index, size, entries } = region;
    page.regions.push(region);
    this.#size += size;
    this.table.set(index, run);
    u32[(slot + REGIONS_USED) >> 2] = 1;
    entries.forEach((at, number) => {
      u32[(slot + REGION_ENTRIES + 4 * at) >> 2] = (index << 16) | number;
      u16[(slot + at * RECORD) >> 1] = SPECIAL.region;
    });
  }

  /** The code of a page's regions goes, and its records get back the handlers that they were decoded to. */
  #discard(page: CompiledPage): void {
    const { u16, u32 } = this.#memory;
    const { slot } = page;
    for (const { index, size, entries } of page.regions) {
      for (const at of entries) {
        u16[(slot + at * RECORD) >> 1] = u16[(slot + FIRST_HANDLERS + 2 * at) >> 1];
        u32[(slot + REGION_ENTRIES + 4 * at) >> 2] = 0;
      }
      this.table.set(index, null);
      this.#free.push(index);
      this.#size -= size;
    }
    page.regions = [];
  }
}

/** Instructions in all of them. */
const sizeOf = (blocks: readonly Block[]): number =>
  blocks.reduce((sum, { instructions }) => sum + instructions.length, 0);
