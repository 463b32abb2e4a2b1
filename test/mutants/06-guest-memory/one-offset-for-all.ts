/** Adds the distance of the first slot to every address. */
import type { Parts } from '#vmm';
import { guestMemory as right } from '../../../solutions/06-guest-memory/guest-memory';

export const group = 'Equivalence';
export const sentence =
  'You add one offset to every address, that of the first slot. Neighbours for the guest need not be neighbours in the host: each slot has an offset of its own.';

export const guestMemory: Parts['guestMemory'] = {
  assemble: right.assemble,
  translate: (gpa, length, slots) =>
    right.translate(gpa, length, slots) &&
    (length === 0 ? [] : [{ hpa: slots[0].hpa + Number(gpa - slots[0].gpa), length }]),
};
