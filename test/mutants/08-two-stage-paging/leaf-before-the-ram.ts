/** Looks whether a large leaf ends within the RAM, and not whether it begins there. */
import { variant } from '../../lessons/support/g-stage-variant';

export const group = 'Safety';
export const sentence =
  'Your large leaf may begin before the RAM: the block around an address reaches to both sides. What lies before it in the host belongs to somebody else.';

export const gStage = variant({ fits: ({ aligned, ends }) => aligned && ends });
