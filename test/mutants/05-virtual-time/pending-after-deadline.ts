/** Compares with > where the manual says "greater than or equal". */
import type { Parts } from '#vmm';
import { virtualTime as right } from '../../../solutions/05-virtual-time/virtual-time';

export const group = 'Equivalence';
export const sentence =
  'Your timer interrupt becomes pending one moment after its deadline. A machine compares with "greater than or equal": at the deadline itself the interrupt is there.';

export const virtualTime: Parts['virtualTime'] = {
  ...right,
  pending: (deadline, external, now) => (now > deadline ? 0x20n : 0n) | (external ? 0x200n : 0n),
};
