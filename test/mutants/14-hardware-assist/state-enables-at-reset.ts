/** Leaves hstateen as it is after reset. */
import { configuring } from '../../lessons/support/assist-variant';

export const group = 'Equivalence';
export const sentence =
  'The hstateen registers are 0 after reset, and so the guest may not touch senvcfg or sstateen, which its own processor would have let it.';

const keep = (): undefined => undefined;

export const hardwareAssist = configuring({ hstateen0: keep, hstateen1: keep, hstateen2: keep, hstateen3: keep });
