/** Splits every page into the smallest ones. */
import type { Parts } from '#vmm';
import { shadowPaging as right } from '../../../solutions/07-shadow-paging/shadow-paging';
import { instead } from '../../lessons/support/shadow-work';

export const group = 'Efficiency';
export const sentence =
  '2 MiB that are one page for the guest and one block for the host take you 512 faults. Where `block` answers, one entry is enough.';

export const shadowPaging: Parts['shadowPaging'] = {
  fence: (tables, page) => right.fence(tables, page),
  fill(tables, miss) {
    right.fill(
      instead(tables, {
        block: (page, level) => (level === 0 ? tables.block(page, level) : undefined),
      }),
      miss,
    );
  },
};
