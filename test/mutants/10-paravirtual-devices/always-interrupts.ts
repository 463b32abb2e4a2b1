/** Interrupts for every chain. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';

export const group = 'Equivalence';
export const sentence =
  'You interrupt for every chain that comes back. A driver that polls, or that has asked to hear of the last of sixteen only, pays an exit or more for each of the others.';

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  give(queue, head, written) {
    right.give(queue, head, written);
    return true;
  },
};
