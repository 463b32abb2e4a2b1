/** Calls everything user-sensitive that is different in user mode. */
import type { Parts } from '#vmm';
import { classifier as right } from '../../../solutions/02-popek-goldberg/classifier';

export const group = 'Safety';
export const sentence =
  "A difference between s and u is not the user's. While a virtual user program runs, the real mode is u as well, so the instruction does what it should. User-sensitive is what happens with both states in u.";

export const classifier: Parts['classifier'] = {
  ...right,
  classify(subject) {
    const classes = right.classify(subject);
    return { ...classes, user: classes.user ?? classes.mode };
  },
};
