/** Takes a large leaf only if its very first page is asked for. */
import { PAGE, span, variant } from '../../lessons/support/g-stage-variant';

export const group = 'Efficiency';
export const sentence =
  'You take a large leaf only if the fault comes at its beginning. Round the address down first: the block around it can be mapped wherever in it the guest began.';

export const gStage = variant({
  fits: ({ aligned, begins, ends }, level, gpa) => aligned && begins && ends && gpa % span(level) < PAGE,
});
