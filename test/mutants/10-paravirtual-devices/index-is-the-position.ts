/** Keeps its index below the size of the queue. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';

export const group = 'Equivalence';
export const sentence =
  "You let your index begin again at 0 when it reaches the size. Indices run on to 65535; only the place in the ring is the remainder. After the first round, the difference to the driver's idx is nonsense.";

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  take(queue) {
    const head = right.take(queue);
    queue.nextAvail %= queue.size;
    return head;
  },
};
