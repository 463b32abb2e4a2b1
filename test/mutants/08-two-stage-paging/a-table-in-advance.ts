/** Takes a frame for a table at each fault, needed or not. */
import type { Parts } from '#vmm';
import { variant } from '../../lessons/support/g-stage-variant';

export const group = 'Efficiency';
export const sentence =
  'You allocate a table before you know whether one is missing. Frames that no entry leads to are lost, one at each fault.';

export const gStage: Parts['gStage'] = {
  mode: (end) => variant({}).mode(end),
  map: (gpa, space) => {
    if (space.slotAt(gpa)) space.allocateTable();
    return variant({}).map(gpa, space);
  },
};
