/** An interrupt that is disabled ends a wait. */
import type { Parts } from '#vmm';
import { virtualTime as right } from '../../../solutions/05-virtual-time/virtual-time';

export const group = 'Equivalence';
export const sentence =
  'You wake a guest for an interrupt that it has disabled in sie. It looks around, finds nothing to do, and waits again, and you wake it again.';

export const virtualTime: Parts['virtualTime'] = {
  ...right,
  wakes: ({ pending }, alarm, now) => pending !== 0n || now >= alarm,
};
