/** Follows NEXT for as long as it is set. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';
import { laxWalk } from '../../lessons/support/lax-walk';

export const group = 'Safety';
export const sentence =
  'Your walk ends where NEXT is clear, and a loop has no such place: one store of a guest keeps the hypervisor, and all its guests, busy for ever. A chain has at most as many descriptors as its queue.';

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  chain: laxWalk({ most: () => Infinity }),
};
