/** Leaves the guest's entry as it is. */
import { PteBit } from '#machine';
import type { Parts } from '#vmm';
import { shadowPaging as right } from '../../../solutions/07-shadow-paging/shadow-paging';
import { instead } from '../../lessons/support/shadow-work';

export const group = 'Equivalence';
export const sentence =
  "Nobody sets A and D in the guest's entries: the hart marks your table, not the guest's. A kernel that looks there for pages to swap out finds that none was ever used.";

export const shadowPaging: Parts['shadowPaging'] = {
  fence: (tables, page) => right.fence(tables, page),
  fill(tables, miss) {
    right.fill(
      instead(tables, {
        mark(at) {
          const { low, high } = tables.mark(at, 0);
          return { low: low | PteBit.A | PteBit.D, high };
        },
      }),
      miss,
    );
  },
};
