/** Takes for granted that a large page of the guest's is one piece in the host. */
import { firstOf, type Parts } from '#vmm';
import { shadowPaging as right } from '../../../solutions/07-shadow-paging/shadow-paging';
import { instead } from '../../lessons/support/shadow-work';

export const group = 'Safety';
export const sentence =
  "A large page of the guest need not be one block of the host: it may lie there in pieces, and end before the page does. What you mapped behind it is somebody else's.";

export const shadowPaging: Parts['shadowPaging'] = {
  fence: (tables, page) => right.fence(tables, page),
  fill(tables, miss) {
    right.fill(
      instead(tables, {
        block: (page, level) => tables.hostPage(firstOf(page, level)),
      }),
      miss,
    );
  },
};
