/** Interrupts the kernel whatever sstatus.SIE says. */
import type { Parts } from '#vmm';
import { virtualTime as right } from '../../../solutions/05-virtual-time/virtual-time';

export const group = 'Equivalence';
export const sentence =
  'You interrupt the kernel while it has cleared sstatus.SIE. That bit is the only lock it has: it holds it while it saves registers, and while it changes what its interrupt handler uses.';

export const virtualTime: Parts['virtualTime'] = {
  ...right,
  due: (state) => right.due({ ...state, open: true }),
};
