/** Leaves A and D clear, as a kernel does that wants to know which pages are used. */
import { LEAF, variant } from '../../lessons/support/g-stage-variant';

export const group = 'Equivalence';
export const sentence =
  'You leave A and D clear in the leaf. A hart that does not set them itself (Svade) raises a guest-page fault instead, and finds the same leaf again.';

export const gStage = variant({ leaf: LEAF & ~0xc0n });
