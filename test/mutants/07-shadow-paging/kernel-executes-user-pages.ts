/** Forgets that SUM is for loads and stores. */
import { PteBit } from '#machine';
import type { Parts } from '#vmm';
import { shadowPaging as right } from '../../../solutions/07-shadow-paging/shadow-paging';
import { instead } from '../../lessons/support/shadow-work';

export const group = 'Safety';
export const sentence =
  'With SUM set the kernel may load from and store to user pages; it may never execute them. You hand X on as it stands in the leaf.';

export const shadowPaging: Parts['shadowPaging'] = {
  fence: (tables, page) => right.fence(tables, page),
  fill(tables, miss) {
    right.fill(
      instead(tables, {
        map: (table, index, to, from) =>
          tables.map(table, index, { ...to, rights: to.rights | ((from?.low ?? 0) & PteBit.X) }, from),
      }),
      miss,
    );
  },
};
