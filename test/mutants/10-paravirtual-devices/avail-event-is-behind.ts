/** Asks for the chain that it has just taken. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';

export const group = 'Equivalence';
export const sentence =
  'avail_event is the index of the next chain that you want to hear of. You name the last one that you have taken: the driver has passed it, and does not notify any more.';

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  listen(queue, on) {
    if (!queue.eventIndex) return right.listen(queue, on);
    const { nextAvail } = queue;
    right.listen({ ...queue, nextAvail: (nextAvail - 1) & 0xffff }, on);
  },
};
