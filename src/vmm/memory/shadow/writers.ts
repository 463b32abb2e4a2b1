/** The way back: which shadow entries let a guest write to a given host page. */
import { blockOf, LEVELS } from './pages';

/** By level of the entry, because one that maps a superpage lets it write to many. Entries are known by `entryId`. */
export class Writers {
  readonly #entries = Array.from({ length: LEVELS }, () => new Map<number, Set<number>>());

  /** `hostPage`: the first page that the entry maps. */
  add(level: number, hostPage: number, entry: number): void {
    const block = blockOf(hostPage, level);
    const known = this.#entries[level].get(block);
    if (known) known.add(entry);
    else this.#entries[level].set(block, new Set([entry]));
  }

  delete(level: number, hostPage: number, entry: number): void {
    const block = blockOf(hostPage, level);
    const known = this.#entries[level].get(block);
    known?.delete(entry);
    if (known?.size === 0) this.#entries[level].delete(block);
  }

  /** All that let a guest write to this page, of whatever size. */
  to(hostPage: number): number[] {
    return this.#entries.flatMap((byBlock, level) => [...(byBlock.get(blockOf(hostPage, level)) ?? [])]);
  }
}
