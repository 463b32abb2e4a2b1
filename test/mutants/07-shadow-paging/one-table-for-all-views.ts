/** Shares shadow tables between the guest's kernel and its programs. */
import type { Parts } from '#vmm';
import { shadowPaging as right } from '../../../solutions/07-shadow-paging/shadow-paging';
import { instead } from '../../lessons/support/shadow-work';

export const group = 'Safety';
export const sentence =
  'Kernel and program share your tables. Both run in the real U-mode, so an entry that the kernel has opened is open to the program as well. Each view needs tables of its own: `view` belongs into the role.';

export const shadowPaging: Parts['shadowPaging'] = {
  fence: (tables, page) => right.fence(tables, page),
  fill(tables, miss) {
    right.fill(
      instead(tables, {
        table: (role, page) => tables.table({ ...role, view: 0 }, page),
      }),
      miss,
    );
  },
};
