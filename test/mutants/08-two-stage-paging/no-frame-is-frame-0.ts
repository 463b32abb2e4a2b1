/** Takes the missing frame for a frame. */
import type { Parts } from '#vmm';
import { methodsOf, span, V, variant } from '../../lessons/support/g-stage-variant';

export const group = 'Safety';
export const sentence =
  'You use what `allocateTable` gave although it gave nothing: `undefined` becomes page 0, and the entry points to whatever lies there.';

export const gStage: Parts['gStage'] = {
  mode: (end) => variant({}).mode(end),
  map: (gpa, space) => {
    let missing = false;
    const allocateTable = (): number | undefined => {
      const frame = space.allocateTable();
      missing ||= frame === undefined;
      return missing ? undefined : frame;
    };
    const answer = variant({}).map(gpa, { ...methodsOf(space), allocateTable });
    if (missing) space.write(space.root + Number(gpa / span(2)) * 8, V);
    return answer;
  },
};
