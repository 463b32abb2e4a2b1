/** Writes the position instead of the head. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';

export const group = 'Equivalence';
export const sentence =
  'The id of a used entry is the head of the chain that comes back. You write its position in the ring, which is the same only as long as everything comes back in order.';

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  give: (queue, _, written) => right.give(queue, queue.nextUsed % queue.size, written),
};
