/** Remembers the leaf as it was before it was marked. */
import type { Parts } from '#vmm';
import { shadowPaging as right } from '../../../solutions/07-shadow-paging/shadow-paging';
import { instead } from '../../lessons/support/shadow-work';

export const group = 'Equivalence';
export const sentence =
  'You remember the leaf as it was before you set A and D in it. At the next fence it looks changed, by you; and when the guest clears A to see whether the page is still in use, it looks unchanged, and A never comes back.';

export const shadowPaging: Parts['shadowPaging'] = {
  fence: (tables, page) => right.fence(tables, page),
  fill(tables, miss) {
    right.fill(
      instead(tables, {
        map: (table, index, to, from) => tables.map(table, index, to, from && miss.path.at(-1)),
      }),
      miss,
    );
  },
};
