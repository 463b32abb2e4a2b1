/** The guest's tables that have shadows: in which host pages they lie, and which of them the guest may write to at the moment. */
import { blockKey, LEVELS } from './pages';
import type { ShadowTable } from './table';

export class Sources {
  readonly #tables = new Map<number, Set<ShadowTable>>();
  /** How many sources are in each block of each size. */
  readonly #inBlock = new Map<number, number>();
  /** Pages that hold something else that must not change unnoticed: code that was translated. */
  readonly #watched = new Set<number>();
  /** The guest writes to these without our notice: what was made from them may be behind. */
  readonly open = new Set<number>();

  /** True if this is the first shadow of its source. */
  add(source: number, table: ShadowTable): boolean {
    const known = this.#tables.get(source);
    if (known) known.add(table);
    else {
      this.#tables.set(source, new Set([table]));
      this.#count(source, 1);
    }
    return !known;
  }

  delete(source: number, table: ShadowTable): void {
    const known = this.#tables.get(source);
    known?.delete(table);
    if (known?.size !== 0) return;
    this.#tables.delete(source);
    this.open.delete(source);
    this.#count(source, -1);
  }

  /** False if the page is watched already. */
  watch(hostPage: number): boolean {
    if (this.#watched.has(hostPage)) return false;
    this.#watched.add(hostPage);
    this.#count(hostPage, 1);
    return true;
  }

  unwatch(hostPage: number): void {
    if (this.#watched.delete(hostPage)) this.#count(hostPage, -1);
  }

  isWatched(hostPage: number): boolean {
    return this.#watched.has(hostPage);
  }

  has(hostPage: number): boolean {
    return this.#tables.has(hostPage);
  }

  /** The shadows of one of the guest's tables. */
  tablesOf(source: number): readonly ShadowTable[] {
    return [...(this.#tables.get(source) ?? [])];
  }

  /** Whether one of the pages that an entry of this level maps is a source, or watched. */
  anyIn(hostPage: number, level: number): boolean {
    return this.#inBlock.has(blockKey(hostPage, level));
  }

  #count(source: number, change: 1 | -1): void {
    for (let level = 0; level < LEVELS; level++) {
      const block = blockKey(source, level);
      const count = (this.#inBlock.get(block) ?? 0) + change;
      if (count === 0) this.#inBlock.delete(block);
      else this.#inBlock.set(block, count);
    }
  }
}
