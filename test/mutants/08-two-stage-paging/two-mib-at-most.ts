/** Knows leaves of 2 MiB and none of 1 GiB. */
import { variant } from '../../lessons/support/g-stage-variant';

export const group = 'Efficiency';
export const sentence =
  'Your largest leaf has 2 MiB. A leaf can stand in the root, too: 1 GiB at once, without any table below it.';

export const gStage = variant({ fits: ({ aligned, begins, ends }, level) => level === 1 && aligned && begins && ends });
