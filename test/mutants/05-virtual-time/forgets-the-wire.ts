/** Knows of no interrupt but the timer. */
import type { Parts } from '#vmm';
import { virtualTime as right } from '../../../solutions/05-virtual-time/virtual-time';

export const group = 'Equivalence';
export const sentence =
  'Your guest has a timer and no devices: the wire of its interrupt controller never shows in sip, so that no disk and no serial port can interrupt it.';

export const virtualTime: Parts['virtualTime'] = {
  ...right,
  pending: (deadline, _external, now) => right.pending(deadline, false, now),
};
