/** Makes a list of all states before it begins. */
import type { Parts } from '#vmm';
import { classifier as right } from '../../../solutions/02-popek-goldberg/classifier';

export const group = 'Safety';
export const sentence =
  'You collect all states before the first experiment. There may be no last one: a real machine has more states than anybody can list. Take one, run it, and stop at the allowance.';

export const classifier: Parts['classifier'] = {
  ...right,
  classify: (subject) => right.classify({ ...subject, states: [...subject.states] }),
};
