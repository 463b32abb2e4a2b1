/** Follows an indirect descriptor wherever it is. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';
import { laxWalk } from '../../lessons/support/lax-walk';
import { NEXT } from '../../lessons/support/descriptor';

export const group = 'Safety';
export const sentence =
  'You follow an indirect descriptor in an indirect table. A table that refers to itself is then a loop that never counts a buffer.';

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  chain: laxWalk({ mayNest: ({ indirect }, _, flags) => indirect && !(flags & NEXT) }),
};
