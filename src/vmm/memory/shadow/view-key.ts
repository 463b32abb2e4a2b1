/** The ways in which a guest looks at memory, numbered: each has shadow tables of its own. */
import type { View } from '../guest-walk';

/** 0 .. 7. SUM means nothing in user mode. */
export const viewKey = ({ mode, sum, mxr }: View): number =>
  (mode === 'S' ? 4 : 0) + (mode === 'S' && sum ? 2 : 0) + (mxr ? 1 : 0);
