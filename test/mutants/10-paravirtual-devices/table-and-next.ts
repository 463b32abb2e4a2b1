/** Ignores NEXT on an indirect descriptor. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';
import { laxWalk } from '../../lessons/support/lax-walk';

export const group = 'Safety';
export const sentence =
  'You follow a table and forget that the descriptor leading to it says NEXT too. A driver must not set both (virtio 1.2, 2.7.5.3.1): where would the chain go on?';

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  chain: laxWalk({ mayNest: ({ indirect }, inTable) => indirect && !inTable }),
};
