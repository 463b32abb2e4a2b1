/** Chooses Sv48x4 where it is needed, and builds three levels all the same. */
import { variant } from '../../lessons/support/g-stage-variant';

export const group = 'Equivalence';
export const sentence =
  'Your tables have three levels in Sv48x4, too. The hart reads four there, from bits 49:39 on: what you take for a leaf of 4 KiB it takes for one of 2 MiB.';

export const gStage = variant({ levels: () => 3 });
