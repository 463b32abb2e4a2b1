/** Keeps page faults, as under shadow paging. */
import { configuring } from '../../lessons/support/assist-variant';

export const group = 'Efficiency';
export const sentence =
  "You keep page faults 12, 13 and 15 as if you still built shadow tables. They are faults of the guest's own table now; yours have numbers of their own, 20, 21 and 23.";

export const hardwareAssist = configuring({ hedeleg: (value) => value & ~0xb000n });
