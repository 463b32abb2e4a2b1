/** Asks for tables by the guest's number of the page. */
import { firstOf, type Parts } from '#vmm';
import { shadowPaging as right } from '../../../solutions/07-shadow-paging/shadow-paging';
import { instead } from '../../lessons/support/shadow-work';

export const group = 'Equivalence';
export const sentence =
  "`holdsTables` wants the host's page. You ask with the guest's number, and protect somebody else's page: the table itself stays writable.";

export const shadowPaging: Parts['shadowPaging'] = {
  fence: (tables, page) => right.fence(tables, page),
  fill(tables, miss) {
    right.fill(
      instead(tables, {
        holdsTables: (_, level) => tables.holdsTables(firstOf(miss.guestPage, level), level),
      }),
      miss,
    );
  },
};
