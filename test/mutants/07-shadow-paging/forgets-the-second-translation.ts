/** Enters what the guest's table says. */
import { firstOf, type Parts } from '#vmm';
import { shadowPaging as right } from '../../../solutions/07-shadow-paging/shadow-paging';
import { instead } from '../../lessons/support/shadow-work';

export const group = 'Safety';
export const sentence =
  "You enter the guest's own page number. The hart takes it for a page of the host, where another machine's memory may be: what the guest calls physical has to be looked up once more, with `block` or `hostPage`.";

export const shadowPaging: Parts['shadowPaging'] = {
  fence: (tables, page) => right.fence(tables, page),
  fill(tables, miss) {
    right.fill(
      instead(tables, {
        map: (table, index, to, from) =>
          tables.map(table, index, { ...to, hostPage: firstOf(miss.guestPage, table.level) }, from),
      }),
      miss,
    );
  },
};
