// 07 · Shadow paging: the hart can walk one page table, so it gets one that is made of two: where the guest's table says that a
// page is, and where the hypervisor has put what the guest takes for that place.
//
// `fill`: a hidden fault. `miss.path` has the guest's entries from the root's to the leaf's. Mark the leaf as a processor would (A, and
// D for a store). Make and link a shadow table for each of the guest's tables on the way, and map the page in the last of them: with
// the rights that the leaf gives in this view, and as large as the leaf is, where the host's memory allows it. Nobody may store to a
// page that holds a table with a shadow without your notice.
// `fence`: the guest says that it has changed its tables. Drop what is not true any more, and nothing else.
// #region solution: import { todo, type Parts } from '#vmm';
import { PteBit, type Pte } from '#machine';
import { firstOf, indexOf, type Parts, type ShadowMiss, type ShadowTable, type ShadowWork, type View } from '#vmm';

const { R, W, X, U, A, D } = PteBit;

/** More open tables than these, and a fence for one page closes all of them too: looking through them costs time at each fence. */
const MOST_OPEN = 32;

/** PPN: bits 53:10. */
const pointedTo = ({ low, high }: Pte): number => (low >>> 10) + (high & 0x3f_ffff) * 2 ** 22;

/**
 * What a guest's leaf allows in a view, as PteBit.R, W and X. Writing waits for the guest's D bit: as long as it is clear,
 * a store has to come to us, so that it can be set. A needs no thought: an access that would set it has no entry yet.
 */
export function rightsOf({ low }: Pte, view: View): number {
  const userPage = (low & U) !== 0;
  const kernelOnUserPage = view.mode === 'S' && userPage;
  if (view.mode === 'U' ? !userPage : kernelOnUserPage && !view.sum) return 0;
  const readable = low & R || (view.mxr && low & X) ? R : 0;
  const writable = low & D ? low & W : 0;
  const executable = kernelOnUserPage ? 0 : low & X;
  return readable | writable | executable;
}

/** The shadow of the guest's table that has the leaf, linked to the root by shadows of all tables between. */
function follow(tables: ShadowWork, { root, path, page }: ShadowMiss): ShadowTable | undefined {
  let table = root;
  for (const pointer of path.slice(0, -1)) {
    const source = tables.hostPage(pointedTo(pointer));
    if (source === undefined) return undefined;
    const next = tables.table({ level: table.level - 1, view: table.role.view, source }, page);
    tables.link(table, indexOf(page, table.level), next, pointer);
    table = next;
  }
  return table;
}

/** Maps the page from `table` on: at once, if the leaf's block is one block of the host too, or else by tables that split it. */
function mapIn(tables: ShadowWork, table: ShadowTable, leaf: Pte | undefined, rights: number, miss: ShadowMiss): void {
  const { page, guestPage, access } = miss;
  const { level } = table;
  const index = indexOf(page, level);
  const hostPage = tables.block(guestPage, level);
  // Where a guest's table lies in a superpage, all but that page may be written freely: split.
  const together = hostPage !== undefined && (level === 0 || !(rights & W && tables.holdsTables(hostPage, level)));
  if (!together) {
    if (level === 0) return; // not RAM
    const role = { level: level - 1, view: table.role.view, from: firstOf(guestPage, level), rights };
    const next = tables.table(role, page);
    tables.link(table, index, next, leaf);
    return mapIn(tables, next, undefined, rights, miss);
  }
  // A store to a table of the guest: it may write there until it fences, as no processor looks before that.
  if (level === 0 && access === 'store') tables.open(hostPage);
  const isProtected = level === 0 && tables.holdsTables(hostPage, 0) && !tables.isOpen(hostPage);
  tables.map(table, index, { hostPage, rights: isProtected ? rights & ~W : rights }, leaf);
}
// #endregion

export const shadowPaging: Parts['shadowPaging'] = {
  // #region solution: fill: (tables, miss) => todo('enter into the shadow what the guest has just missed'),
  fill(tables, miss) {
    // The guest's kernel decides by these bits what to swap out and what to write back; the hart would mark the shadow's leaf only.
    const bits = miss.access === 'store' ? A | D : A;
    const leaf = miss.leafAt === undefined ? undefined : tables.mark(miss.leafAt, bits);
    const table = follow(tables, miss);
    const rights = leaf ? rightsOf(leaf, miss.view) : R | W | X;
    if (table && rights) mapIn(tables, table, leaf, rights, miss);
  },
  // #endregion

  // #region solution: fence: (tables, page) => todo('drop what the guest has changed'),
  fence(tables, page) {
    // Only open tables can have changed. To look through one costs less than to fill it again.
    const everything = page === undefined || tables.openCount > MOST_OPEN;
    for (const table of tables.opened()) tables.dropChanged(table, everything ? undefined : page);
    if (!everything) return; // they stay open: whoever changes one entry changes the next one soon
    for (const table of tables.opened()) tables.dropEmpty(table); // the guest may have other plans for that page
    tables.close();
  },
  // #endregion
};
