/** Believes that a block which is aligned for the guest can be mapped at once. */
import { offsetOf, span, variant } from '../../lessons/support/g-stage-variant';

export const group = 'Equivalence';
export const sentence =
  'Your large leaves are aligned for the guest and not in the host. The hart refuses a leaf whose low page-number bits are not 0: misaligned superpage.';

export const gStage = variant({
  fits: ({ begins, ends }) => begins && ends,
  target: (gpa, level, slot) => gpa - (gpa % span(level)) + offsetOf(slot),
});
