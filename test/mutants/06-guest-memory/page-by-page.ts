/** Takes memory from the host page by page. */
import type { Parts } from '#vmm';
import { guestMemory as right } from '../../../solutions/06-guest-memory/guest-memory';

export const group = 'Efficiency';
export const sentence =
  'You take memory page by page. It works, but thousands of slots are looked through at each access, and no superpage can ever map what lies in single pages: take the largest pieces that the plan allows.';

export const guestMemory: Parts['guestMemory'] = {
  assemble: (plan, allocate) => right.assemble({ ...plan, pieceBytes: 4096 }, allocate),
  translate: right.translate,
};
