/** Leaves hvip on the hart. */
import { leaving } from '../../lessons/support/assist-variant';

export const group = 'Safety';
export const sentence =
  'hvip stays on the hart when guests change: the interrupt that was raised for one enters the next one.';

export const hardwareAssist = leaving('hvip');
