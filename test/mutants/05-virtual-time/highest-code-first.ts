/** The interrupt with the highest code enters first. */
import type { Parts } from '#vmm';
import { virtualTime as right } from '../../../solutions/05-virtual-time/virtual-time';

export const group = 'Equivalence';
export const sentence =
  'You let the interrupt with the highest code enter first, so that the timer overtakes the software interrupt. The order of the manual is external, software, timer: 9, 1, 5.';

export const virtualTime: Parts['virtualTime'] = {
  ...right,
  due: (state) =>
    right.due(state) === undefined
      ? undefined
      : [9, 5, 1].find((code) => ((state.pending & state.enabled) >> BigInt(code)) & 1n),
};
