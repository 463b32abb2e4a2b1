/** Takes each range from the host in one piece, however large. */
import type { Parts } from '#vmm';
import { guestMemory as right } from '../../../solutions/06-guest-memory/guest-memory';

export const group = 'Equivalence';
export const sentence =
  'You take a range from the host in one piece, whatever `plan.pieceBytes` allows. A host that has no piece of this size left, but many smaller ones, cannot start the VM at all.';

export const guestMemory: Parts['guestMemory'] = {
  assemble: (plan, allocate) => right.assemble({ ...plan, pieceBytes: 2 ** 40 }, allocate),
  translate: right.translate,
};
