/** Looks at the flags also where event indices were negotiated. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';
import { fetched } from '../../lessons/support/lax-walk';

export const group = 'Equivalence';
export const sentence =
  'With VIRTIO_F_EVENT_IDX the driver leaves the flags alone and says with used_event what it wants to hear of. You still look at the flags.';

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  give(queue, head, written) {
    const flags = fetched(queue, queue.driver, 2).getUint16(0, true);
    return right.give(queue, head, written) && (flags & 1) === 0;
  },
};
