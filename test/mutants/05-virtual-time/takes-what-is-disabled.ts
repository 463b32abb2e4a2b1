/** Looks at sip and not at sie. */
import type { Parts } from '#vmm';
import { virtualTime as right } from '../../../solutions/05-virtual-time/virtual-time';

export const group = 'Equivalence';
export const sentence =
  'You let interrupts enter that the guest has disabled in sie. Its kernel has no handler for them yet, or is in the middle of setting one up.';

export const virtualTime: Parts['virtualTime'] = {
  ...right,
  due: (state) => right.due({ ...state, enabled: -1n }),
};
