/** Says of no bytes that they are not RAM. */
import type { Parts } from '#vmm';
import { guestMemory as right } from '../../../solutions/06-guest-memory/guest-memory';

export const group = 'Equivalence';
export const sentence =
  'A range of no bytes has no byte that is not RAM: the answer is an empty list. You say undefined, and a guest that writes an empty text is told that its address is wrong.';

export const guestMemory: Parts['guestMemory'] = {
  assemble: right.assemble,
  translate: (gpa, length, slots) => (length === 0 ? undefined : right.translate(gpa, length, slots)),
};
