/** Takes a guest-physical address for a host-physical one. */
import type { Parts } from '#vmm';
import { guestMemory as right } from '../../../solutions/06-guest-memory/guest-memory';

export const group = 'Equivalence';
export const sentence =
  "You take the address that the guest uses for the place in the host. The guest's 0x80000000 lies wherever `allocate` said: add the distance from the slot's `gpa` to its `hpa`.";

export const guestMemory: Parts['guestMemory'] = {
  assemble: right.assemble,
  translate: (gpa, length, slots) =>
    right.translate(gpa, length, slots) && (length === 0 ? [] : [{ hpa: Number(gpa), length }]),
};
