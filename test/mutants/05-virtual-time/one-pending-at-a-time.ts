/** While the wire is up, the timer is not pending. */
import type { Parts } from '#vmm';
import { virtualTime as right } from '../../../solutions/05-virtual-time/virtual-time';

export const group = 'Equivalence';
export const sentence =
  'sip is a set of bits, and yours holds one at a time: while a device interrupts, the timer is no longer pending. A kernel that reads sip then believes that its alarm has not rung.';

export const virtualTime: Parts['virtualTime'] = {
  ...right,
  pending: (deadline, external, now) => (external ? 0x200n : right.pending(deadline, false, now)),
};
