/** Maps what is no RAM to the host's own address, so that devices work. */
import type { Parts } from '#vmm';
import { methodsOf, PAGE, variant } from '../../lessons/support/g-stage-variant';

export const group = 'Safety';
export const sentence =
  "You map addresses that are no RAM to the same addresses of the host. The guest has the host's devices now, and whatever else is there; nobody sees it.";

export const gStage: Parts['gStage'] = {
  mode: (end) => variant({}).mode(end),
  map: (gpa, space) => {
    const page = gpa - (gpa % PAGE);
    const everything = { gpa: page, hpa: Number(page), size: Number(PAGE) };
    return variant({}).map(gpa, { ...methodsOf(space), slotAt: (at) => space.slotAt(at) ?? everything });
  },
};
