/** Thinks that a user program is dangerous only if it changes something. */
import type { Parts } from '#vmm';
import { classifier as right } from '../../../solutions/02-popek-goldberg/classifier';

export const group = 'Equivalence';
export const sentence =
  "You look for user programs that change M or R, and miss those that read R. A guest's user program that sees the real relocation register, or the real descriptor table, sees what is not its machine's.";

export const classifier: Parts['classifier'] = {
  ...right,
  classify(subject) {
    const classes = right.classify(subject);
    return { ...classes, user: classes.user?.length === 1 ? classes.user : undefined };
  },
};
