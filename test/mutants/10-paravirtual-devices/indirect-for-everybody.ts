/** Follows indirect tables that were not negotiated. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';
import { laxWalk } from '../../lessons/support/lax-walk';
import { NEXT } from '../../lessons/support/descriptor';

export const group = 'Safety';
export const sentence =
  'You follow indirect descriptors although the driver has not accepted VIRTIO_F_INDIRECT_DESC. What was not agreed on must not be used, by either side.';

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  chain: laxWalk({ mayNest: (_, inTable, flags) => !inTable && !(flags & NEXT) }),
};
