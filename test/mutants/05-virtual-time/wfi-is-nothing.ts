/** A wait is over at once. */
import type { Parts } from '#vmm';
import { virtualTime as right } from '../../../solutions/05-virtual-time/virtual-time';

export const group = 'Efficiency';
export const sentence =
  'Your guest never waits. The manual permits a wfi that does nothing, but then an idle guest goes around its idle loop at full speed and takes the processor from all others.';

export const virtualTime: Parts['virtualTime'] = {
  ...right,
  wakes: () => true,
};
