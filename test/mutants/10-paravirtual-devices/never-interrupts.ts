/** Leaves it to the driver to look. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';

export const group = 'Equivalence';
export const sentence = 'You never interrupt. A driver that waits for its request sleeps for ever.';

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  give(queue, head, written) {
    right.give(queue, head, written);
    return false;
  },
};
