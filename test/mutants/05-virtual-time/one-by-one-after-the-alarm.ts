/** After an alarm has rung, goes on one instruction at a time. */
import type { Parts } from '#vmm';
import { virtualTime as right } from '../../../solutions/05-virtual-time/virtual-time';

export const group = 'Efficiency';
export const sentence =
  'While an alarm that has rung is still pending you let the guest run one instruction at a time. The alarm will not ring again; if the guest has its interrupts off, it may run as far as its turn goes.';

export const virtualTime: Parts['virtualTime'] = {
  ...right,
  budget: (left, alarm, now) => Math.max(1, Math.min(left, alarm - now)),
};
