/** The timer interrupt is pending at the moment of its deadline, and at no other. */
import type { Parts } from '#vmm';
import { virtualTime as right } from '../../../solutions/05-virtual-time/virtual-time';

export const group = 'Equivalence';
export const sentence =
  'Your timer interrupt is pending at the very moment of the deadline and never again. A guest that looks a little later, or has its interrupts off just then, has missed it for good.';

export const virtualTime: Parts['virtualTime'] = {
  ...right,
  pending: (deadline, external, now) => (now === deadline ? 0x20n : 0n) | (external ? 0x200n : 0n),
};
