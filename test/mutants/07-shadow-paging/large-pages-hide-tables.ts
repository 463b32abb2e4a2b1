/** Maps a large page at once, whatever lies in it. */
import type { Parts } from '#vmm';
import { shadowPaging as right } from '../../../solutions/07-shadow-paging/shadow-paging';
import { instead } from '../../lessons/support/shadow-work';

export const group = 'Equivalence';
export const sentence =
  "One of the guest's tables lies inside of this large page, and the whole of it is writable. Split it, so that the table's own page can be protected.";

export const shadowPaging: Parts['shadowPaging'] = {
  fence: (tables, page) => right.fence(tables, page),
  fill(tables, miss) {
    right.fill(
      instead(tables, {
        holdsTables: (hostPage, level) => level === 0 && tables.holdsTables(hostPage, level),
      }),
      miss,
    );
  },
};
