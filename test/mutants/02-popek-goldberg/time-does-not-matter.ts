/** Takes theorem 2 for theorem 1. */
import type { Parts } from '#vmm';
import { classifier as right } from '../../../solutions/02-popek-goldberg/classifier';

export const group = 'Equivalence';
export const sentence =
  'Your theorem 2 does not ask about time. A monitor that measures how long something takes gets another answer when it runs under a monitor, and equivalence promises nothing about time.';

export const classifier: Parts['classifier'] = { ...right, theorem2: (table) => right.theorem1(table) };
