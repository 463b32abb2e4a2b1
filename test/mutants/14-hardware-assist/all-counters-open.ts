/** Opens all counters to guests. */
import { configuring } from '../../lessons/support/assist-variant';

export const group = 'Safety';
export const sentence =
  'You opened cycle and instret. The hart has one of each, which go on while others run: the guest can count what its neighbours do, and its own count is wrong. Only time has a difference, htimedelta.';

export const hardwareAssist = configuring({ hcounteren: () => 2n ** 32n - 1n });
