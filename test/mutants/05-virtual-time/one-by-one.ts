/** Looks after every instruction whether something is due. */
import type { Parts } from '#vmm';
import { virtualTime as right } from '../../../solutions/05-virtual-time/virtual-time';

export const group = 'Efficiency';
export const sentence =
  'You enter the guest for one instruction at a time, to be sure that no alarm is late. You know when the next alarm rings: until then nothing can become due by time.';

export const virtualTime: Parts['virtualTime'] = {
  ...right,
  budget: () => 1,
};
