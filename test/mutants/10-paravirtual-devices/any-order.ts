/** Accepts readable buffers behind writable ones. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';
import { laxWalk } from '../../lessons/support/lax-walk';

export const group = 'Safety';
export const sentence =
  'You sort the buffers yourself and accept a readable one behind a writable one. The driver has to put those that you read first (virtio 1.2, 2.7.4.2); one that does not means something else than you do.';

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  chain: laxWalk({ anyOrder: true }),
};
