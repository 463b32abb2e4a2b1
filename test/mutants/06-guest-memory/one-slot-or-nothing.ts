/** Refuses what is not in one slot. */
import type { Parts } from '#vmm';
import { guestMemory as right } from '../../../solutions/06-guest-memory/guest-memory';

export const group = 'Equivalence';
export const sentence =
  'You answer only for ranges that lie in one slot. The border between two slots is of your making, and the guest must not notice it: go on in the next slot.';

export const guestMemory: Parts['guestMemory'] = {
  assemble: right.assemble,
  translate(gpa, length, slots) {
    const pieces = right.translate(gpa, length, slots);
    return pieces && pieces.length > 1 ? undefined : pieces;
  },
};
