/** Takes a large leaf wherever guest and host are aligned, however small the RAM is. */
import { variant } from '../../lessons/support/g-stage-variant';

export const group = 'Safety';
export const sentence =
  'You look at the alignment of your large leaves and not at the size of the RAM: both ends of the block have to lie within the slot.';

export const gStage = variant({ fits: ({ aligned }) => aligned });
