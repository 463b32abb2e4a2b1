/** Keeps the indices in variables of its own. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';

export const group = 'Equivalence';
export const sentence =
  'You keep the indices in variables of your own. There is more than one queue, more than one VM, and a queue that is reset begins at 0 again: they belong to the queue.';

let nextAvail = 0;

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  take(queue) {
    const mine = { ...queue, nextAvail };
    const head = right.take(mine);
    ({ nextAvail } = mine);
    return head;
  },
};
