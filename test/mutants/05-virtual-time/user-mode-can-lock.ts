/** sstatus.SIE keeps interrupts from user mode, too. */
import type { Parts } from '#vmm';
import { virtualTime as right } from '../../../solutions/05-virtual-time/virtual-time';

export const group = 'Equivalence';
export const sentence =
  'You let sstatus.SIE keep interrupts from a user program. It is the lock of S-mode alone: a program in U-mode is always interrupted, or an endless loop in it would never end.';

export const virtualTime: Parts['virtualTime'] = {
  ...right,
  due: (state) => right.due({ ...state, mode: 'S' }),
};
