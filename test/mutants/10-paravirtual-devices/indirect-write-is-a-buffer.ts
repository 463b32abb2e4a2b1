/** Takes a table whose descriptor says WRITE for a buffer. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';
import { laxWalk } from '../../lessons/support/lax-walk';

export const group = 'Equivalence';
export const sentence =
  'On a descriptor that leads to an indirect table, WRITE means nothing and has to be ignored (virtio 1.2, 2.7.5.3.2). You take the table for a buffer.';

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  chain: laxWalk({ indirectIsData: true }),
};
