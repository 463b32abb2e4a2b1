/** Names the state in user mode first. */
import type { Parts } from '#vmm';
import { classifier as right } from '../../../solutions/02-popek-goldberg/classifier';

export const group = 'Equivalence';
export const sentence =
  'Your witness of `mode` has its states in the wrong order: first the one with M = s, then the one with M = u. Whoever runs it again has to know which is which.';

export const classifier: Parts['classifier'] = {
  ...right,
  classify(subject) {
    const classes = right.classify(subject);
    return { ...classes, mode: classes.mode && [...classes.mode].reverse() };
  },
};
