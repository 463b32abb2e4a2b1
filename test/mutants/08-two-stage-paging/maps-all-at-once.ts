/** Maps all RAM around the fault at once, page by page. */
import type { Parts } from '#vmm';
import { PAGE, variant } from '../../lessons/support/g-stage-variant';

export const group = 'Efficiency';
export const sentence =
  'You map all of the RAM at its first fault. What the guest never touches needs no entry; the first instruction of a guest with 64 MiB now costs 16,384 leaves.';

export const gStage: Parts['gStage'] = {
  mode: (end) => variant({}).mode(end),
  map: (gpa, space) => {
    const slot = space.slotAt(gpa);
    if (!slot) return 'not-ram';
    for (let at = slot.gpa; at < slot.gpa + BigInt(slot.size); at += PAGE) {
      const answer = variant({}).map(at, space);
      if (answer !== 'mapped') return answer;
    }
    return 'mapped';
  },
};
