/** Does not look how far the idx of the driver is ahead. */
import { DriverError } from '#machine';
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';
import { fetched } from '../../lessons/support/lax-walk';

export const group = 'Safety';
export const sentence =
  "You take chains until your index meets the driver's, however far that is ahead. A driver that writes 65535 there lets you serve the same ring thousands of times. More than a queue full cannot wait.";

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  take(queue) {
    const idx = fetched(queue, queue.driver + 2, 2).getUint16(0, true);
    if (idx === queue.nextAvail) return undefined;
    const head = fetched(queue, queue.driver + 4 + 2 * (queue.nextAvail % queue.size), 2).getUint16(0, true);
    if (head >= queue.size) throw new DriverError('head');
    queue.nextAvail = (queue.nextAvail + 1) & 0xffff;
    return head;
  },
};
