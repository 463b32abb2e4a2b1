/** Raises interrupts by the numbers that the guest knows them by. */
import type { Parts } from '#vmm';
import { right } from '../../lessons/support/assist-variant';

export const group = 'Equivalence';
export const sentence =
  "You set the bits 1, 5 and 9 of hvip, as in the guest's sip. In hvip they are one place higher: 2, 6 and 10; what you set is read-only zero there.";

export const hardwareAssist: Parts['hardwareAssist'] = {
  ...right,
  interrupt(csr, interrupt, level) {
    const bit = { software: 1n << 1n, timer: 1n << 5n, external: 1n << 9n }[interrupt];
    const others = csr.read('hvip') & ~bit;
    csr.write('hvip', level ? others | bit : others);
  },
};
