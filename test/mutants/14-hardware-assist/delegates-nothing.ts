/** Delegates no exception. */
import { configuring } from '../../lessons/support/assist-variant';

export const group = 'Efficiency';
export const sentence =
  "hedeleg is 0: each system call and page fault of the guest's programs comes to you first, and you hand it on. The hart could have taken it to the guest's kernel itself.";

export const hardwareAssist = configuring({ hedeleg: () => 0n });
