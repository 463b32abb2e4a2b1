/** Believes that Sv39x4 reaches as far as Sv39 in satp, 39 bits. */
import { variant } from '../../lessons/support/g-stage-variant';

export const group = 'Equivalence';
export const sentence =
  'You switch to Sv48x4 beyond 2^39. The x4 stands for four times the addresses: Sv39x4 takes 41 bits, and each level more costs every lost translation.';

export const gStage = variant({ mode: (end) => (end <= 1n << 39n ? 8 : 9) });
