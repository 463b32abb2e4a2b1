/** Lets a guest run to the end of its turn whatever its alarm says. */
import type { Parts } from '#vmm';
import { virtualTime as right } from '../../../solutions/05-virtual-time/virtual-time';

export const group = 'Equivalence';
export const sentence =
  'Your guest runs to the end of its slice, and its alarm is noticed only there. On a machine the interrupt comes between two instructions, at the deadline.';

export const virtualTime: Parts['virtualTime'] = {
  ...right,
  budget: (left) => left,
};
