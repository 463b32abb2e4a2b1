/** Keeps the guest's tables write-protected, also from the guest. */
import type { Parts } from '#vmm';
import { shadowPaging as right } from '../../../solutions/07-shadow-paging/shadow-paging';
import { instead } from '../../lessons/support/shadow-work';

export const group = 'Equivalence';
export const sentence =
  "The guest's store to its own table is refused, retried and refused again. The table is the guest's: note that it is going to change (`open`), and let the store through.";

export const shadowPaging: Parts['shadowPaging'] = {
  fence: (tables, page) => right.fence(tables, page),
  fill(tables, miss) {
    right.fill(
      instead(tables, {
        open: () => undefined,
      }),
      miss,
    );
  },
};
