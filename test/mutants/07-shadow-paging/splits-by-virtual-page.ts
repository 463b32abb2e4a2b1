/** Takes the virtual page for what a table that splits a large one stands for. */
import { firstOf, type Parts } from '#vmm';
import { shadowPaging as right } from '../../../solutions/07-shadow-paging/shadow-paging';
import { instead } from '../../lessons/support/shadow-work';

export const group = 'Equivalence';
export const sentence =
  'The table that splits a large page stands for guest-physical memory: `from` counts from there. By virtual pages, two processes with different memory at one address get one table.';

export const shadowPaging: Parts['shadowPaging'] = {
  fence: (tables, page) => right.fence(tables, page),
  fill(tables, miss) {
    right.fill(
      instead(tables, {
        table: (role, page) =>
          tables.table(role.from === undefined ? role : { ...role, from: firstOf(miss.page, role.level + 1) }, page),
      }),
      miss,
    );
  },
};
