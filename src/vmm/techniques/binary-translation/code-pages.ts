/** Which pages of a VM's memory hold code that somebody has translated: a store there must not go unnoticed. */
import type { ShadowTables } from '../../memory/shadow/shadow-tables';
import { PAGE_SIZE } from '../../memory/slots';

/** Somebody with translations. */
export interface CodeWatcher {
  /** These bytes (host-physical, within a page) have changed: forget what was made from them. */
  changed(address: number, length: number): void;
  /** Whether this one still has translations of code in the page. */
  uses(frame: number): boolean;
}

/** One for each VM. Its VCPUs have caches of their own but the same memory and shadow. */
export class CodePages {
  readonly #frames = new Set<number>();
  readonly #watchers: CodeWatcher[] = [];
  readonly #tables: ShadowTables;

  constructor(tables: ShadowTables) {
    this.#tables = tables;
  }

  add(watcher: CodeWatcher): void {
    this.#watchers.push(watcher);
  }

  has(frame: number): boolean {
    return this.#frames.has(frame);
  }

  /** The page holds translated code from now on. */
  enter(frame: number): void {
    if (this.#frames.has(frame)) return;
    this.#frames.add(frame);
    this.#tables.watch(frame / PAGE_SIZE);
  }

  /** Lets the guest store to this page, until `close`. */
  open(frame: number): void {
    this.#tables.unwatch(frame / PAGE_SIZE);
  }

  /** What has been stored to this page is known: if there is still code in it, stores come to us again. */
  close(frame: number): void {
    if (this.#watchers.some((watcher) => watcher.uses(frame))) this.#tables.watch(frame / PAGE_SIZE);
    else this.#frames.delete(frame);
  }

  /** Somebody has stored to host-physical memory, a hart of the VM or a device. */
  stored(address: number, length: number): void {
    const end = address + length;
    for (let at = address; at < end; at = pageOf(at) + PAGE_SIZE) {
      if (!this.#frames.has(pageOf(at))) continue;
      for (const watcher of this.#watchers) watcher.changed(at, Math.min(end, pageOf(at) + PAGE_SIZE) - at);
    }
  }
}

export const pageOf = (address: number): number => address - (address % PAGE_SIZE);
