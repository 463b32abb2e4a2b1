/** Writes the leaf whether it is there or not, as it was at first. */
import { variant } from '../../lessons/support/g-stage-variant';

export const group = 'Safety';
export const sentence =
  'You write a leaf again that is valid. Harts may have cached it, and what others have set in it since is lost; a change would need a fence.';

export const gStage = variant({ writes: () => true });
