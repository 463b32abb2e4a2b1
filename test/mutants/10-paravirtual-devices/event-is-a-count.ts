/** Takes used_event for the index behind the entry. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';
import { fetched } from '../../lessons/support/lax-walk';

export const group = 'Equivalence';
export const sentence =
  'used_event is the index of the entry that the driver wants to hear of, as it was before you counted it. You compare it with the index behind, and the interrupt comes one entry early.';

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  give(queue, head, written) {
    const wanted = right.give(queue, head, written);
    if (!queue.eventIndex) return wanted;
    return fetched(queue, queue.driver + 4 + 2 * queue.size, 2).getUint16(0, true) === queue.nextUsed;
  },
};
