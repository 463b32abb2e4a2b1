/** A guest's page tables as its own walk sees them: they lie at guest physical addresses, which the G-stage translates (Privileged, "Guest Physical Address Translation"). */
import type { Access, GuestFault } from '../hart/cause';
import { PAGE_SIZE, type Pte } from './pte';
import type { PteMemory, WalkFault } from './walk';

/** A guest physical address whose G-stage translation failed. A page number and an offset: as one number it may not be exact. */
export interface GuestMiss {
  readonly fault: WalkFault;
  readonly page: number;
  readonly offset: number;
}

/** The number of the machine's page behind a guest's page, for an implicit access, or why there is none. */
type GuestPhysical = (page: number, access: Access) => number | { readonly fault: WalkFault };

/** To be used for one walk. */
export class GuestTables implements PteMemory {
  readonly #tables: PteMemory;
  readonly #translate: GuestPhysical;
  /** The implicit access that failed in the G-stage, if one did: then the walk said `no-memory`. */
  miss: GuestMiss | undefined;
  missed: GuestFault['implicit'];

  constructor(tables: PteMemory, translate: GuestPhysical) {
    this.#tables = tables;
    this.#translate = translate;
  }

  read(address: number): Pte | undefined {
    const at = this.#find(address, 'read');
    return at === undefined ? undefined : this.#tables.read(at);
  }

  writeLow(address: number, low: number): boolean {
    const at = this.#find(address, 'write');
    return at !== undefined && this.#tables.writeLow(at, low);
  }

  #find(address: number, missed: 'read' | 'write'): number | undefined {
    const offset = address % PAGE_SIZE;
    const page = (address - offset) / PAGE_SIZE;
    const host = this.#translate(page, missed === 'read' ? 'load' : 'store');
    if (typeof host === 'number') return host * PAGE_SIZE + offset;
    this.miss = { fault: host.fault, page, offset };
    this.missed = missed;
    return undefined;
  }
}
