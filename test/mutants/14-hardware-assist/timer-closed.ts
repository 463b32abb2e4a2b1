/** Leaves henvcfg.STCE clear. */
import { configuring } from '../../lessons/support/assist-variant';

export const group = 'Equivalence';
export const sentence =
  'A guest with Sstc writes stimecmp and gets an illegal instruction: bit 63 of henvcfg, STCE, is what lets it have a comparator of its own.';

export const hardwareAssist = configuring({ henvcfg: (value) => value & ~(1n << 63n) });
