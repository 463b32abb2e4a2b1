/** Looks only at where a buffer begins. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';
import { laxWalk } from '../../lessons/support/lax-walk';

export const group = 'Safety';
export const sentence =
  "You look at a buffer's address and not at its end. A buffer may begin in memory and reach 4 GiB beyond.";

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  chain: laxWalk({ looked: (size) => Math.min(size, 1) }),
};
