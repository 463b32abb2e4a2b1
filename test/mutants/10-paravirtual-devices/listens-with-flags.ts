/** Writes the flags also where event indices were negotiated. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';

export const group = 'Equivalence';
export const sentence =
  'With VIRTIO_F_EVENT_IDX the flags mean nothing, and the driver looks at avail_event, which you never write. It notifies you once, and then no more.';

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  listen: (queue, on) => right.listen({ ...queue, eventIndex: false }, on),
};
