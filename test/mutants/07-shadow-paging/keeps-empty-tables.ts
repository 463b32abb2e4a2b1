/** Leaves tables that the guest has emptied where they are. */
import type { Parts } from '#vmm';
import { shadowPaging as right } from '../../../solutions/07-shadow-paging/shadow-paging';

export const group = 'Efficiency';
export const sentence =
  'The guest has emptied a table and uses the page for something else. You still take it for a table: it stays write-protected, and every store after a fence costs a fault.';

export const shadowPaging: Parts['shadowPaging'] = {
  fill: (tables, miss) => right.fill(tables, miss),
  fence(tables, page) {
    for (const table of tables.opened()) tables.dropChanged(table, page);
    if (page === undefined) tables.close();
  },
};
