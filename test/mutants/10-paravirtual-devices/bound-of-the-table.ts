/** Bounds a chain by the table that it is in. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';
import { laxWalk } from '../../lessons/support/lax-walk';

export const group = 'Safety';
export const sentence =
  "You let a chain in an indirect table be as long as the table. The bound is the queue's size in whichever table the descriptors are: a table of 65,536 entries would otherwise be 65,536 buffers for one request.";

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  chain: laxWalk({ most: (_, entries) => entries }),
};
