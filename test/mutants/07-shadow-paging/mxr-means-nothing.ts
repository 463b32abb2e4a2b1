/** Takes R from the leaf alone. */
import type { Parts } from '#vmm';
import { shadowPaging as right } from '../../../solutions/07-shadow-paging/shadow-paging';

export const group = 'Equivalence';
export const sentence =
  'With MXR set, a page that may be executed may be read. You enter it without R, and the load comes back to you as a hidden fault for ever.';

export const shadowPaging: Parts['shadowPaging'] = {
  fence: (tables, page) => right.fence(tables, page),
  fill: (tables, miss) => right.fill(tables, { ...miss, view: { ...miss.view, mxr: false } }),
};
