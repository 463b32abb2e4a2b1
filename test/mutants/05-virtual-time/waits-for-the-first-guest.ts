/** Time passes to the alarm of whoever comes first in the list. */
import type { Parts } from '#vmm';
import { virtualTime as right } from '../../../solutions/05-virtual-time/virtual-time';

export const group = 'Safety';
export const sentence =
  'When nobody can run you let time pass to the alarm of the first guest that has one. The alarms come in the order of the guests, not of time: another may have rung long before.';

export const virtualTime: Parts['virtualTime'] = {
  ...right,
  idleUntil: (alarms) => alarms.find((alarm) => alarm !== Infinity) ?? Infinity,
};
