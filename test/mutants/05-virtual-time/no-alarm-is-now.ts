/** Without any alarm, says that it is time already. */
import type { Parts } from '#vmm';
import { virtualTime as right } from '../../../solutions/05-virtual-time/virtual-time';

export const group = 'Safety';
export const sentence =
  'When there is no alarm at all you answer 0, a moment that has passed. Nothing will ever wake those who wait: the answer is never, Infinity, and the run is over.';

export const virtualTime: Parts['virtualTime'] = {
  ...right,
  idleUntil: (alarms) => [...alarms].filter((alarm) => alarm !== Infinity).sort((a, b) => a - b)[0] ?? 0,
};
