/** Maps RAM as one maps data: readable, writable, not executable. */
import { LEAF, variant } from '../../lessons/support/g-stage-variant';

export const group = 'Equivalence';
export const sentence =
  "Your leaf has X = 0. The guest's code lies in its RAM like everything else, and its first instruction faults for ever.";

export const gStage = variant({ leaf: LEAF & ~0x8n });
