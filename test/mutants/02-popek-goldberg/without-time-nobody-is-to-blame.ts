/** Answers theorem 2 with no instruction at all where a monitor would depend on time. */
import type { Parts } from '#vmm';
import { classifier as right } from '../../../solutions/02-popek-goldberg/classifier';

export const group = 'Equivalence';
export const sentence =
  'Theorem 2 has two conditions, and each can fail by itself. As soon as a monitor depends on time, you say no more who breaks the first one, although those instructions break it still.';

export const classifier: Parts['classifier'] = {
  ...right,
  theorem2: (table, withoutTiming) => (withoutTiming ? right.theorem1(table) : { holds: false, against: [] }),
};
