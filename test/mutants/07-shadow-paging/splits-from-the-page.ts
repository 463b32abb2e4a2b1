/** Begins the table that splits a large page at the page that was touched. */
import type { Parts } from '#vmm';
import { shadowPaging as right } from '../../../solutions/07-shadow-paging/shadow-paging';
import { instead } from '../../lessons/support/shadow-work';

export const group = 'Equivalence';
export const sentence =
  'The table that splits a large page maps the whole block, from its beginning on (`firstOf`). Yours begins at the page that was touched first, and all that lies before and behind is found in the wrong place.';

export const shadowPaging: Parts['shadowPaging'] = {
  fence: (tables, page) => right.fence(tables, page),
  fill(tables, miss) {
    right.fill(
      instead(tables, {
        table: (role, page) => tables.table(role.from === undefined ? role : { ...role, from: miss.guestPage }, page),
      }),
      miss,
    );
  },
};
