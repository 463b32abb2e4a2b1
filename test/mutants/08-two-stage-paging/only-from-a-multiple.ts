/** Takes large leaves only where the RAM itself begins at a multiple of them. */
import { span, variant } from '../../lessons/support/g-stage-variant';

export const group = 'Efficiency';
export const sentence =
  "You ask whether the slot begins at a multiple of the leaf's size. It need not: what counts is that guest and host are equally far from one, and that the block lies within.";

export const gStage = variant({
  fits: ({ begins, ends }, level, _, slot) =>
    begins && ends && slot.gpa % span(level) === 0n && BigInt(slot.hpa) % span(level) === 0n,
});
