/** Gives the root 512 entries, like every other table. */
import { variant } from '../../lessons/support/g-stage-variant';

export const group = 'Equivalence';
export const sentence =
  'Your root has 512 entries. In Sv39x4 it has 2,048: two more address bits, so RAM beyond 512 GiB falls onto the entries of other RAM.';

export const gStage = variant({ entries: () => 512n });
