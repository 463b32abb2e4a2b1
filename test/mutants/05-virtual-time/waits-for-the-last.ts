/** Nobody is woken before the last alarm. */
import type { Parts } from '#vmm';
import { virtualTime as right } from '../../../solutions/05-virtual-time/virtual-time';

export const group = 'Equivalence';
export const sentence =
  'When nobody can run you let time pass to the last of all alarms; if one of the guests has none, for ever. The first one is the moment at which somebody can go on.';

export const virtualTime: Parts['virtualTime'] = {
  ...right,
  idleUntil: (alarms) => Math.max(...alarms),
};
