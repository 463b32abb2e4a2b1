/** Knows one mode only. */
import { variant } from '../../lessons/support/g-stage-variant';

export const group = 'Equivalence';
export const sentence =
  'You always choose Sv39x4. RAM from 2^41 on cannot be reached then: address bits above 40 must be 0, or the hart raises a guest-page fault whatever is mapped.';

export const gStage = variant({ mode: () => 8 });
