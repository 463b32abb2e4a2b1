/** Write-protects the tables again when only one page was looked at. */
import type { Parts } from '#vmm';
import { shadowPaging as right } from '../../../solutions/07-shadow-paging/shadow-paging';

export const group = 'Equivalence';
export const sentence =
  'The fence named one page; you drop that one and close the tables. What else the guest had changed in them is forgotten: no later fence will look there again.';

export const shadowPaging: Parts['shadowPaging'] = {
  fill: (tables, miss) => right.fill(tables, miss),
  fence(tables, page) {
    for (const table of tables.opened()) tables.dropChanged(table, page);
    tables.close();
  },
};
