/** Makes every page of the shadow readable that has an entry at all. */
import { PteBit } from '#machine';
import type { Parts } from '#vmm';
import { shadowPaging as right } from '../../../solutions/07-shadow-paging/shadow-paging';
import { instead } from '../../lessons/support/shadow-work';

export const group = 'Safety';
export const sentence =
  'A page with X and without R may be executed and not read, unless MXR is set. Your shadow has R in each entry: once the guest has executed a page, it can read it, and its kernel never hears of the fault.';

export const shadowPaging: Parts['shadowPaging'] = {
  fence: (tables, page) => right.fence(tables, page),
  fill(tables, miss) {
    right.fill(
      instead(tables, {
        map: (table, index, to, leaf) => tables.map(table, index, { ...to, rights: to.rights | PteBit.R }, leaf),
      }),
      miss,
    );
  },
};
