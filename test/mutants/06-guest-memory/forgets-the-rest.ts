/** Leaves out the last piece if it is a short one. */
import type { Parts, Slot } from '#vmm';
import { guestMemory as right } from '../../../solutions/06-guest-memory/guest-memory';

export const group = 'Equivalence';
export const sentence =
  'You divide the size by the size of a piece and forget what is left over: RAM that is no multiple of it lacks its end.';

export const guestMemory: Parts['guestMemory'] = {
  assemble(plan, allocate) {
    const planned = right.assemble(plan, allocate);
    const isWhole = ({ size }: Slot): boolean => size === plan.pieceBytes;
    return 'refused' in planned || !planned.some(isWhole) ? planned : planned.filter(isWhole);
  },
  translate: right.translate,
};
