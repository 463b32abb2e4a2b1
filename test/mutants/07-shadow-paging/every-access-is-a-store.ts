/** Sets A and D whenever a page is touched. */
import { PteBit } from '#machine';
import type { Parts } from '#vmm';
import { shadowPaging as right } from '../../../solutions/07-shadow-paging/shadow-paging';
import { instead } from '../../lessons/support/shadow-work';

export const group = 'Equivalence';
export const sentence =
  "You set D for loads, too. The guest's kernel will write pages back to its disk that nobody has changed. D is for stores; a load sets A.";

export const shadowPaging: Parts['shadowPaging'] = {
  fence: (tables, page) => right.fence(tables, page),
  fill(tables, miss) {
    right.fill(
      instead(tables, {
        mark: (at) => tables.mark(at, PteBit.A | PteBit.D),
      }),
      miss,
    );
  },
};
