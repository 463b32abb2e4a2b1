/** Compares settings of R, and never the two modes. */
import type { Parts } from '#vmm';
import { classifier as right } from '../../../solutions/02-popek-goldberg/classifier';

export const group = 'Equivalence';
export const sentence =
  'You compare different settings of R and never s with u. PUSH CS on the 80386 stores the ring it runs in: the same program, the same R, another mode, another result. That is mode-sensitive.';

export const classifier: Parts['classifier'] = {
  ...right,
  classify: (subject) => ({ ...right.classify(subject), mode: undefined }),
};
