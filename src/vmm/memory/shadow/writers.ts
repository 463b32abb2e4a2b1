/** The way back: which shadow entries let a guest write to a given host page. */
import { blockKey, LEVELS } from './pages';

export class Writers {
  /** By what the entry maps, because one that maps a superpage lets the guest write to many pages. Entries are known by `entryId`. */
  readonly #entries = new Map<number, Set<number>>();

  /** `hostPage`: the first page that the entry maps. */
  add(level: number, hostPage: number, entry: number): void {
    const block = blockKey(hostPage, level);
    const known = this.#entries.get(block);
    if (known) known.add(entry);
    else this.#entries.set(block, new Set([entry]));
  }

  delete(level: number, hostPage: number, entry: number): void {
    const block = blockKey(hostPage, level);
    const known = this.#entries.get(block);
    known?.delete(entry);
    if (known?.size === 0) this.#entries.delete(block);
  }

  /** All that let a guest write to this page, of whatever size. */
  to(hostPage: number): number[] {
    const found: number[] = [];
    for (let level = 0; level < LEVELS; level++) found.push(...(this.#entries.get(blockKey(hostPage, level)) ?? []));
    return found;
  }
}
