/** Asks theorem 3 the question of theorem 1. */
import type { Parts } from '#vmm';
import { classifier as right } from '../../../solutions/02-popek-goldberg/classifier';

export const group = 'Equivalence';
export const sentence =
  'Your theorem 3 asks about all sensitive instructions. A hybrid monitor interprets everything in virtual supervisor mode, so that only what is sensitive in user mode has to trap. This is what saves the PDP-10.';

export const classifier: Parts['classifier'] = { ...right, theorem3: (table) => right.theorem1(table) };
