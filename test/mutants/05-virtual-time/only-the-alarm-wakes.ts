/** A wait ends by its alarm and by nothing else. */
import type { Parts } from '#vmm';
import { virtualTime as right } from '../../../solutions/05-virtual-time/virtual-time';

export const group = 'Equivalence';
export const sentence =
  'Only the alarm ends the waits of your guest. An interrupt of a device, or one that another processor sends, finds it asleep and leaves it so.';

export const virtualTime: Parts['virtualTime'] = {
  ...right,
  wakes: (_interrupts, alarm, now) => now >= alarm,
};
