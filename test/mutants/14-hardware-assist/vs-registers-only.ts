/** Switches what begins with vs, and hgatp. */
import { leaving } from '../../lessons/support/assist-variant';

export const group = 'Safety';
export const sentence =
  'You switch the CSRs whose names begin with vs. scounteren and senvcfg have no copy there, and hvip and htimedelta belong to whoever is on the hart, too.';

export const hardwareAssist = leaving('scounteren', 'senvcfg', 'hvip', 'htimedelta');
