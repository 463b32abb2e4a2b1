/** Keeps illegal instructions, as under trap-and-emulate. */
import { configuring } from '../../lessons/support/assist-variant';

export const group = 'Efficiency';
export const sentence =
  'You keep illegal instructions, to emulate them as in lesson 03. What you have to emulate raises exception 22 now; what raises 2 is illegal for the guest as well.';

export const hardwareAssist = configuring({ hedeleg: (value) => value & ~4n });
