/** Idle time passes in whole milliseconds. */
import type { Parts } from '#vmm';
import { virtualTime as right } from '../../../solutions/05-virtual-time/virtual-time';

export const group = 'Equivalence';
export const sentence =
  'When nobody can run you look again at the next full millisecond, as a host with a tick would. The alarm rang before that, and the guest reads a time that is too late.';

export const virtualTime: Parts['virtualTime'] = {
  ...right,
  idleUntil: (alarms) => Math.ceil(Math.min(...alarms) / 100_000) * 100_000,
};
