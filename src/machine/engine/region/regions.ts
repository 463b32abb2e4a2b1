/** The regions of all pages: when one is compiled, installed, and thrown out again. */
import { SPECIAL } from '../interpreter/numbers';
import { BLOCK_NUMBERS, FIRST_HANDLERS, RECORD, RECORD_ARRIVALS, RECORDS, REGION, REGION_USED } from '../layout';
import type { PhysicalMemory } from '../memory';
import { halfword, slotOf, type DecodedPages, type PageListener } from '../pages';
import { blocksFrom, type Block, type PageCode } from './blocks';
import { regionFunction } from './function';
import { regionModule } from './module';
import type { Policy } from './policy';

/** What is known of a page that has, or had, a region. */
interface Region {
  readonly slot: number;
  /** Halfwords at which its blocks began, whenever it was compiled. */
  readonly roots: Set<number>;
  /** Those at which it can be entered now. */
  entries: readonly number[];
  /** In the table, or undefined while there is no code. */
  index: number | undefined;
  /** Instructions in the code. */
  size: number;
  compiled: number;
  /** How often blocks have asked for it to be compiled anew. */
  asked: number;
}

/** A page is compiled anew only after 4, 16, ... blocks have asked for it, at most so many. */
const MOST_PATIENCE = 64;

export class Regions implements PageListener {
  /** The functions of the regions, which the interpreters call. */
  readonly table: WebAssembly.Table;
  readonly policy: Policy;
  readonly #memory: PhysicalMemory;
  readonly #pages: DecodedPages;
  readonly #bySlot = new Map<number, Region>();
  readonly #free: number[];
  /** Instructions in all regions. */
  #size = 0;

  constructor(memory: PhysicalMemory, pages: DecodedPages, policy: Policy) {
    this.#memory = memory;
    this.#pages = pages;
    this.policy = policy;
    this.table = new WebAssembly.Table({ element: 'anyfunc', initial: policy.mostRegions });
    this.#free = Array.from({ length: policy.mostRegions }, (_, i) => policy.mostRegions - 1 - i);
    pages.listeners.push(this);
  }

  /** Instructions in all regions, and how many regions there are. */
  get size(): { instructions: number; regions: number } {
    return { instructions: this.#size, regions: this.policy.mostRegions - this.#free.length };
  }

  codeAppeared(): void {}

  slotDropped(slot: number): void {
    const region = this.#bySlot.get(slot);
    if (region) this.#discard(region);
    this.#bySlot.delete(slot);
  }

  /** The block at `record` has been begun often: compiles its page, unless that was done too often, or too much is compiled. */
  hot(record: number, functions: Readonly<Record<string, unknown>>): void {
    this.#pages.unlimit(); // it changes handlers, as regions do
    const slot = slotOf(record);
    const at = halfword(record);
    const region = this.#bySlot.get(slot) ?? newRegion(slot);
    if (!this.#pages.generated(slot, at) || (region.index !== undefined && region.roots.has(at))) return;
    this.#bySlot.set(slot, region);
    const patience = region.compiled === 0 ? 1 : Math.min(4 ** region.compiled, MOST_PATIENCE);
    if (++region.asked % patience !== 0) return;
    this.#compile(region, functions);
  }

  #compile(region: Region, functions: Readonly<Record<string, unknown>>): void {
    const blocks = this.#blocksOf(region);
    const size = blocks.reduce((sum, { instructions }) => sum + instructions.length, 0);
    if (!this.#makeRoom(region, size)) return;
    const { code, entries } = regionFunction(region.slot, blocks, (instruction) =>
      this.#pages.generatedCsr(instruction),
    );
    const module = new WebAssembly.Module(regionModule(code));
    const env = { memory: this.#memory.wasm, ...functions };
    const { exports } = new WebAssembly.Instance(module, { env });
    this.#discard(region);
    for (const { start } of blocks) region.roots.add(start);
    this.#install(region, entries, exports.region);
    region.size = size;
    region.compiled++;
    this.#size += size;
  }

  /** Blocks reached from those that are half as often executed as makes one hot, and from those that were compiled before. */
  #blocksOf({ slot, roots }: Region): Block[] {
    const { u16 } = this.#memory;
    const arrivals = (at: number): number => u16[(slot + at * RECORD + RECORD_ARRIVALS) >> 1];
    for (let at = 0; at < RECORDS; at++) if (arrivals(at) >= this.policy.threshold / 2) roots.add(at);
    const code: PageCode = {
      generated: (at) => this.#pages.generated(slot, at),
      forTypeScript: (at) => this.#pages.forTypeScript(slot + at * RECORD),
      isWarm: (at) => roots.has(at) || arrivals(at) >= this.policy.warm,
    };
    return blocksFrom(code, roots);
  }

  /** Whether the region may have `size` instructions, after others have gone that were not entered since room was made before. */
  #makeRoom(region: Region, size: number): boolean {
    const fits = (): boolean =>
      (region.index !== undefined || this.#free.length > 0) &&
      this.#size - region.size + size <= this.policy.mostInstructions;
    if (!fits()) for (const other of this.#bySlot.values()) if (other !== region) this.#discardUnlessUsed(other);
    return fits();
  }

  #discardUnlessUsed(region: Region): void {
    const { u32 } = this.#memory;
    const used = (region.slot + REGION_USED) >> 2;
    if (u32[used] === 0) {
      this.#discard(region);
      this.#bySlot.delete(region.slot);
    }
    u32[used] = 0;
  }

  #install(region: Region, entries: readonly number[], run: unknown): void {
    const { u16, u32 } = this.#memory;
    const { slot } = region;
    region.index = this.#free.pop()!;
    region.entries = entries;
    this.table.set(region.index, run);
    u32[(slot + REGION) >> 2] = region.index;
    u32[(slot + REGION_USED) >> 2] = 1;
    entries.forEach((at, number) => {
      u16[(slot + BLOCK_NUMBERS + 2 * at) >> 1] = number;
      u16[(slot + at * RECORD) >> 1] = SPECIAL.region;
    });
  }

  /** Its code goes, and its records get back the handlers that they were decoded to. */
  #discard(region: Region): void {
    if (region.index === undefined) return;
    const { u16 } = this.#memory;
    const { slot, index, entries } = region;
    for (const at of entries) u16[(slot + at * RECORD) >> 1] = u16[(slot + FIRST_HANDLERS + 2 * at) >> 1];
    this.table.set(index, null);
    this.#free.push(index);
    this.#size -= region.size;
    region.index = undefined;
    region.entries = [];
    region.size = 0;
  }
}

const newRegion = (slot: number): Region => ({
  slot,
  roots: new Set(),
  entries: [],
  index: undefined,
  size: 0,
  compiled: 0,
  asked: 0,
});
