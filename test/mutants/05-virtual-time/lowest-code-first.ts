/** The interrupt with the lowest code enters first. */
import type { Parts } from '#vmm';
import { virtualTime as right } from '../../../solutions/05-virtual-time/virtual-time';

export const group = 'Equivalence';
export const sentence =
  'You let the interrupt with the lowest code enter first. The codes are names, not priorities: the external interrupt, code 9, goes before the software interrupt, code 1.';

export const virtualTime: Parts['virtualTime'] = {
  ...right,
  due: (state) =>
    right.due(state) === undefined
      ? undefined
      : [1, 5, 9].find((code) => ((state.pending & state.enabled) >> BigInt(code)) & 1n),
};
