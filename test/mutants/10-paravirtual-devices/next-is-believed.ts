/** Does not look whether next is within the table. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';
import { laxWalk } from '../../lessons/support/lax-walk';

export const group = 'Safety';
export const sentence =
  "You check the head and believe `next`. It is 16 bits of the driver's: whatever lies behind the table is then read as a descriptor.";

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  chain: laxWalk({ indexUnchecked: true }),
};
