/** Computes with 32 bits, as JavaScript's shifts do. */
import { variant } from '../../lessons/support/g-stage-variant';

export const group = 'Equivalence';
export const sentence =
  'Your page numbers lose their upper bits: `>>` and `>>>` work on 32 bits, and host memory goes beyond 4 GiB. Shift bigints, or divide.';

export const gStage = variant({ entry: (address) => BigInt((Number(address & 0xffff_ffffn) >>> 2) & ~0x3ff) });
