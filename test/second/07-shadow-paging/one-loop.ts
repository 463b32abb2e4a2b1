/** A second correct `shadowPaging`: a class, one loop from the root down to the entry, rights as a list of conditions, numbers as bigints. */
import type { Pte } from '#machine';
import {
  firstOf,
  indexOf,
  type Parts,
  type ShadowMiss,
  type ShadowPaging,
  type ShadowTable,
  type ShadowWork,
} from '#vmm';

const bit = { R: 2, W: 4, X: 8, U: 16, A: 64, D: 128 } as const;
const EVERYTHING = bit.R | bit.W | bit.X;

const has = (entry: Pte, name: keyof typeof bit): boolean => (entry.low & bit[name]) !== 0;
const tableOf = (entry: Pte): number => {
  const whole = (BigInt(entry.high >>> 0) << 32n) | BigInt(entry.low >>> 0);
  return Number((whole >> 10n) & ((1n << 44n) - 1n));
};

/** Where a new table hangs, and what it is made of. */
interface Below {
  readonly of: Pick<ShadowTable['role'], 'source' | 'from' | 'rights'>;
  readonly because?: Pte;
}

class OneLoop implements ShadowPaging {
  fill(tables: ShadowWork, miss: ShadowMiss): void {
    const used = miss.access === 'store' ? bit.A | bit.D : bit.A;
    let leaf = miss.leafAt === undefined ? undefined : tables.mark(miss.leafAt, used);
    const rights = leaf ? this.#rights(leaf, miss) : EVERYTHING;
    if (rights === 0) return;
    const pointers = miss.path.slice(0, -1);
    let table: ShadowTable | undefined = miss.root;
    while (table) {
      const pointer = pointers.shift();
      if (pointer) {
        const source = tables.hostPage(tableOf(pointer));
        table =
          source === undefined ? undefined : this.#down(tables, table, miss, { of: { source }, because: pointer });
        continue;
      }
      const { level } = table;
      const block = tables.block(miss.guestPage, level);
      if (block !== undefined && !this.#mustSplit(tables, block, level, rights)) {
        this.#enter(tables, table, miss, block, rights, leaf);
        return;
      }
      if (level === 0) return;
      table = this.#down(tables, table, miss, {
        of: { from: firstOf(miss.guestPage, level), rights },
        because: leaf,
      });
      leaf = undefined;
    }
  }

  fence(tables: ShadowWork, page?: number): void {
    const all = [...tables.opened()];
    if (page !== undefined) {
      for (const table of all) tables.dropChanged(table, page);
      return;
    }
    all.forEach((table) => tables.dropChanged(table));
    all.filter((table) => !table.freed).forEach((table) => tables.dropEmpty(table));
    tables.close();
  }

  #rights(leaf: Pte, { view: { mode, sum, mxr } }: ShadowMiss): number {
    const foreign = has(leaf, 'U') !== (mode === 'U');
    if (foreign && !(mode === 'S' && sum)) return 0;
    const granted: readonly [number, boolean][] = [
      [bit.R, has(leaf, 'R') || (mxr && has(leaf, 'X'))],
      [bit.W, has(leaf, 'W') && has(leaf, 'D')],
      [bit.X, has(leaf, 'X') && !foreign],
    ];
    return granted.reduce((sum, [right, given]) => (given ? sum + right : sum), 0);
  }

  #mustSplit(tables: ShadowWork, block: number, level: number, rights: number): boolean {
    return level > 0 && (rights & bit.W) !== 0 && tables.holdsTables(block, level);
  }

  #down(tables: ShadowWork, table: ShadowTable, { page }: ShadowMiss, { of, because }: Below): ShadowTable {
    const next = tables.table({ ...of, level: table.level - 1, view: table.role.view }, page);
    tables.link(table, indexOf(page, table.level), next, because);
    return next;
  }

  #enter(
    tables: ShadowWork,
    table: ShadowTable,
    { page, access }: ShadowMiss,
    hostPage: number,
    rights: number,
    leaf?: Pte,
  ): void {
    const single = table.level === 0;
    if (single && access === 'store') tables.open(hostPage);
    const closed = single && tables.holdsTables(hostPage, 0) && !tables.isOpen(hostPage);
    tables.map(table, indexOf(page, table.level), { hostPage, rights: closed ? rights & ~bit.W : rights }, leaf);
  }
}

export const shadowPaging: Parts['shadowPaging'] = new OneLoop();
