/** Takes the second stage's leaves for a kernel's pages, because a kernel uses them. */
import { LEAF, variant } from '../../lessons/support/g-stage-variant';

export const group = 'Equivalence';
export const sentence =
  "Your leaf has U = 0, because the guest's kernel uses the page. The second stage counts every access as one of U-mode, so nobody can use it.";

export const gStage = variant({ leaf: LEAF & ~0x10n });
