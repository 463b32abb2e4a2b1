/** Gives every right once an access was allowed. */
import { PteBit } from '#machine';
import type { Parts } from '#vmm';
import { shadowPaging as right } from '../../../solutions/07-shadow-paging/shadow-paging';
import { instead } from '../../lessons/support/shadow-work';

export const group = 'Equivalence';
export const sentence =
  'One access was allowed, and you allow all of them. A page that may be read is writable now, and the store that should have faulted goes through.';

export const shadowPaging: Parts['shadowPaging'] = {
  fence: (tables, page) => right.fence(tables, page),
  fill(tables, miss) {
    right.fill(
      instead(tables, {
        map: (table, index, to, from) =>
          tables.map(table, index, { ...to, rights: PteBit.R | PteBit.W | PteBit.X }, from),
      }),
      miss,
    );
  },
};
