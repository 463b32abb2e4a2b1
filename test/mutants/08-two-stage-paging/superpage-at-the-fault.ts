/** Gives a large leaf the page that faulted, not the block around it. */
import { offsetOf, PAGE, variant } from '../../lessons/support/g-stage-variant';

export const group = 'Equivalence';
export const sentence =
  'Your large leaf begins at the page that faulted. A leaf of 2 MiB maps a block that begins at a multiple of 2 MiB; its lowest page-number bits must be 0.';

export const gStage = variant({ target: (gpa, _, slot) => gpa - (gpa % PAGE) + offsetOf(slot) });
