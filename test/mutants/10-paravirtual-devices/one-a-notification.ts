/** Takes what is waiting only if it is a single chain. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';
import { fetched } from '../../lessons/support/lax-walk';

export const group = 'Equivalence';
export const sentence =
  'You compare idx with your own index plus one. A driver may make many chains available and notify once; all but the first are never served.';

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  take(queue) {
    const idx = fetched(queue, queue.driver + 2, 2).getUint16(0, true);
    return idx === ((queue.nextAvail + 1) & 0xffff) || idx === queue.nextAvail ? right.take(queue) : undefined;
  },
};
