/** Lets its index grow beyond 16 bits. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';

export const group = 'Equivalence';
export const sentence =
  'Your index grows beyond 65535, the one in memory does not. After 65,536 requests the two never meet again. Mask it after each step.';

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  take(queue) {
    const before = queue.nextAvail;
    const head = right.take(queue);
    if (head !== undefined) queue.nextAvail = before + 1;
    return head;
  },
};
