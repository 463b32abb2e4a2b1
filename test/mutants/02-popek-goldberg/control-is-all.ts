/** Thinks that only instructions that change something are sensitive. */
import type { Parts } from '#vmm';
import { classifier as right } from '../../../solutions/02-popek-goldberg/classifier';

export const group = 'Equivalence';
export const sentence =
  'Your theorem 1 asks about control-sensitive instructions only. PUSHF changes nothing and still breaks the guest, which reads flags that are not its own. Location- and mode-sensitive instructions must be privileged too.';

export const classifier: Parts['classifier'] = {
  ...right,
  theorem1: (table) =>
    right.theorem1(
      table.map(({ name, classes: { privileged, control } }) => ({ name, classes: { privileged, control } })),
    ),
};
