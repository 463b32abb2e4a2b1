/** Writes hvip as if only one interrupt could be pending. */
import type { Parts } from '#vmm';
import { right } from '../../lessons/support/assist-variant';

export const group = 'Equivalence';
export const sentence =
  'You write hvip with one bit. The two others, which somebody else had raised, are lost: change the bit, and leave the others as they were.';

export const hardwareAssist: Parts['hardwareAssist'] = {
  ...right,
  interrupt: (csr, interrupt, level) =>
    csr.write('hvip', level ? { software: 1n << 2n, timer: 1n << 6n, external: 1n << 10n }[interrupt] : 0n),
};
