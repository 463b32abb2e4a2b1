/** Keeps 32 bits of an address. */
import type { Parts } from '#vmm';
import { guestMemory as right } from '../../../solutions/06-guest-memory/guest-memory';

export const group = 'Equivalence';
export const sentence =
  'You keep 32 bits of the address, perhaps by `>>> 0`. RAM above 4 GiB cannot be found then, and an address far outside comes out inside.';

export const guestMemory: Parts['guestMemory'] = {
  assemble: right.assemble,
  translate: (gpa, length, slots) => right.translate(BigInt.asUintN(32, gpa), length, slots),
};
