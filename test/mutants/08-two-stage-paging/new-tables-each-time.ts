/** Makes the tables anew for each page. */
import type { Parts } from '#vmm';
import { methodsOf, variant } from '../../lessons/support/g-stage-variant';

export const group = 'Equivalence';
export const sentence =
  'You allocate a table although the entry points to one already. Everything that was mapped below the old one is lost, and faults again.';

export const gStage: Parts['gStage'] = {
  mode: (end) => variant({}).mode(end),
  map: (gpa, space) => variant({}).map(gpa, { ...methodsOf(space), read: () => 0n }),
};
