/** Sets G, because the guest's memory is there in all of its address spaces. */
import { LEAF, variant } from '../../lessons/support/g-stage-variant';

export const group = 'Equivalence';
export const sentence =
  'You set G in the leaf. It tells that a translation holds in all address spaces; the second stage reserves the bit, and software leaves it 0.';

export const gStage = variant({ leaf: LEAF | 0x20n });
