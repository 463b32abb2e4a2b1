/** A wait does not end by its alarm unless the interrupt is enabled. */
import type { Parts } from '#vmm';
import { virtualTime as right } from '../../../solutions/05-virtual-time/virtual-time';

export const group = 'Equivalence';
export const sentence =
  'A guest that waits with its timer interrupt disabled never wakes. On a machine the alarm belongs to the firmware: its own timer interrupt ends the wait, whatever sie says.';

export const virtualTime: Parts['virtualTime'] = {
  ...right,
  wakes: ({ pending, enabled }) => (pending & enabled) !== 0n,
};
