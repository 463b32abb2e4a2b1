/** Says from which entry a leaf was made, and not a pointer. */
import type { Parts } from '#vmm';
import { shadowPaging as right } from '../../../solutions/07-shadow-paging/shadow-paging';
import { instead } from '../../lessons/support/shadow-work';

export const group = 'Equivalence';
export const sentence =
  'Leaves are not all that a guest changes. It takes away a pointer and everything below it is gone, or another one is there. Your entries for pointers do not remember what they were made of.';

export const shadowPaging: Parts['shadowPaging'] = {
  fence: (tables, page) => right.fence(tables, page),
  fill(tables, miss) {
    right.fill(
      instead(tables, {
        link: (table, index, child) => tables.link(table, index, child),
      }),
      miss,
    );
  },
};
