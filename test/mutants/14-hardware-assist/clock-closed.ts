/** Opens no counter at all, not even the clock. */
import { configuring } from '../../lessons/support/assist-variant';

export const group = 'Efficiency';
export const sentence =
  "hcounteren is 0, so every look at the clock is an exit, and stimecmp is closed with it. The clock needs no help from you: htimedelta makes it the guest's.";

export const hardwareAssist = configuring({ hcounteren: () => 0n });
