/** Enters pages that hold tables like any other. */
import type { Parts } from '#vmm';
import { shadowPaging as right } from '../../../solutions/07-shadow-paging/shadow-paging';
import { instead } from '../../lessons/support/shadow-work';

export const group = 'Equivalence';
export const sentence =
  "A page that holds one of the guest's tables is writable in your shadow. The guest changes an entry, nobody notices, and the fence finds nothing to drop: the old translation lives on.";

export const shadowPaging: Parts['shadowPaging'] = {
  fence: (tables, page) => right.fence(tables, page),
  fill(tables, miss) {
    right.fill(
      instead(tables, {
        holdsTables: (hostPage, level) => level > 0 && tables.holdsTables(hostPage, level),
      }),
      miss,
    );
  },
};
