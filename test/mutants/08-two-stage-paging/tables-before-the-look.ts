/** Builds the tables on the way before it looks whether there is RAM. */
import type { Parts } from '#vmm';
import { span, V, variant } from '../../lessons/support/g-stage-variant';

export const group = 'Safety';
export const sentence =
  'You allocate tables first and look for the RAM afterwards. A guest that strides through empty space makes your tables grow until the host has no frame left.';

export const gStage: Parts['gStage'] = {
  mode: (end) => variant({}).mode(end),
  map: (gpa, space) => {
    if (space.slotAt(gpa)) return variant({}).map(gpa, space);
    if (gpa < 1n << 41n && !(space.read(space.root + Number(gpa / span(2)) * 8) & V)) space.allocateTable();
    return 'not-ram';
  },
};
