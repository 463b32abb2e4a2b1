/** Compares the two modes, and never two places in storage. */
import type { Parts } from '#vmm';
import { classifier as right } from '../../../solutions/02-popek-goldberg/classifier';

export const group = 'Equivalence';
export const sentence =
  'You compare s with u and never two settings of R. A guest lies somewhere else than it believes, also while the mode is right: what shows it where it lies, or whose tables are in use, is location-sensitive.';

export const classifier: Parts['classifier'] = {
  ...right,
  classify(subject) {
    const classes = right.classify(subject);
    return { ...classes, location: undefined, user: classes.user?.length === 1 ? classes.user : undefined };
  },
};
