/** Reads a descriptor again after checking it. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';
import { laxWalk } from '../../lessons/support/lax-walk';

export const group = 'Safety';
export const sentence =
  "You read a descriptor, check it, and read it again for its address. In between, the guest's other processor has put another address there. What was checked must be what is used: read once.";

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  chain: laxWalk({ readsAgain: true }),
};
