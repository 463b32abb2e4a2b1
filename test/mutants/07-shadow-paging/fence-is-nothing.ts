/** Believes that the shadow is always right. */
import type { Parts } from '#vmm';
import { shadowPaging as right } from '../../../solutions/07-shadow-paging/shadow-paging';

export const group = 'Equivalence';
export const sentence =
  '`sfence.vma` is the only word that you get from a guest about its tables. You do nothing, and entries that it has changed or taken back stay in force.';

export const shadowPaging: Parts['shadowPaging'] = {
  fill: (tables, miss) => right.fill(tables, miss),
  fence() {},
};
