/** Makes entries without saying from which of the guest's. */
import type { Parts } from '#vmm';
import { shadowPaging as right } from '../../../solutions/07-shadow-paging/shadow-paging';
import { instead } from '../../lessons/support/shadow-work';

export const group = 'Equivalence';
export const sentence =
  'You enter without `from`. What an entry was made of is all that a fence can compare with: an entry that the guest has cleared looks as if it had never been there.';

export const shadowPaging: Parts['shadowPaging'] = {
  fence: (tables, page) => right.fence(tables, page),
  fill(tables, miss) {
    right.fill(
      instead(tables, {
        map: (table, index, to) => tables.map(table, index, to),
        link: (table, index, child) => tables.link(table, index, child),
      }),
      miss,
    );
  },
};
