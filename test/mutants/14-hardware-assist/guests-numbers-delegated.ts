/** Delegates the interrupts by the numbers that the guest knows them by. */
import { configuring } from '../../lessons/support/assist-variant';

export const group = 'Equivalence';
export const sentence =
  "You delegate interrupts 1, 5 and 9. Those are the hypervisor's own and cannot be given away; the guest's are 2, 6 and 10, and only when they enter it does the hart count them one lower.";

export const hardwareAssist = configuring({ hideleg: (value) => value >> 1n });
