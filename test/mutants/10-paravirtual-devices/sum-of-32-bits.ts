/** Adds the sizes up in 32 bits. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';
import { laxWalk } from '../../lessons/support/lax-walk';

export const group = 'Safety';
export const sentence =
  'Your sum of sizes wraps at 2^32, so that a chain of more than 2^32 bytes looks like a short one.';

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  chain: laxWalk({ sum: (bytes) => bytes >>> 0 }),
};
