/** Refuses an empty buffer whose address is no memory. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';
import { laxWalk } from '../../lessons/support/lax-walk';

export const group = 'Safety';
export const sentence =
  "You refuse a buffer of no bytes because its address is not memory. Nothing is at that address, and nobody will touch it; the machine's own devices let it pass.";

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  chain: laxWalk({ looked: (size) => Math.max(size, 1) }),
};
