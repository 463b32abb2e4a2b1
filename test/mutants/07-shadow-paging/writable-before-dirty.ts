/** Gives W with the first load. */
import { PteBit } from '#machine';
import type { Parts } from '#vmm';
import { shadowPaging as right } from '../../../solutions/07-shadow-paging/shadow-paging';
import { instead } from '../../lessons/support/shadow-work';

export const group = 'Equivalence';
export const sentence =
  "A page that the guest's kernel thinks clean must not be writable yet: the first store would go past you, and D would stay 0. Leave W out as long as the leaf's D is clear.";

export const shadowPaging: Parts['shadowPaging'] = {
  fence: (tables, page) => right.fence(tables, page),
  fill(tables, miss) {
    right.fill(
      instead(tables, {
        mark(at, bits) {
          const { low, high } = tables.mark(at, bits);
          return { low: low | PteBit.D, high };
        },
      }),
      miss,
    );
  },
};
