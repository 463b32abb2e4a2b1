/** Interrupts for the entry named and all that follow. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';
import { fetched } from '../../lessons/support/lax-walk';

export const group = 'Equivalence';
export const sentence =
  'You interrupt from the entry that used_event names on. It names one entry: until the driver moves it, it wants to hear of no other.';

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  give(queue, head, written) {
    const position = queue.nextUsed;
    const wanted = right.give(queue, head, written);
    if (!queue.eventIndex) return wanted;
    return position >= fetched(queue, queue.driver + 4 + 2 * queue.size, 2).getUint16(0, true);
  },
};
