/** Leaves vstimecmp on the hart. */
import { leaving } from '../../lessons/support/assist-variant';

export const group = 'Safety';
export const sentence =
  "vstimecmp stays on the hart when guests change: the alarm that one has set rings for another one, at that one's time.";

export const hardwareAssist = leaving('vstimecmp');
