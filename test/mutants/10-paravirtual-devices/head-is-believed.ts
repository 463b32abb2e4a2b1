/** Does not look whether the head is within the table. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';
import { fetched } from '../../lessons/support/lax-walk';

export const group = 'Safety';
export const sentence =
  "You believe the head. It is the driver's number, like every other, and 65535 is not an index of a table of 8.";

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  take(queue) {
    const at = queue.driver + 4 + 2 * (queue.nextAvail % queue.size);
    const head = fetched(queue, at, 2).getUint16(0, true);
    if (head < queue.size) return right.take(queue);
    queue.nextAvail = (queue.nextAvail + 1) & 0xffff;
    return head;
  },
};
