/** Gives a guest whose alarm has rung no instructions at all. */
import type { Parts } from '#vmm';
import { virtualTime as right } from '../../../solutions/05-virtual-time/virtual-time';

export const group = 'Efficiency';
export const sentence =
  'A guest whose alarm has rung gets 0 instructions, or less, from you. It must run to take its interrupt, and it may have its interrupts off: what is left of its turn is still its own.';

export const virtualTime: Parts['virtualTime'] = {
  ...right,
  budget: (left, alarm, now) => Math.min(left, alarm - now),
};
