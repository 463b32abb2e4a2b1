/** Gives pointers R, W and X, as if these were needed to get through. */
import type { Parts } from '#vmm';
import { LEAF, methodsOf, V, variant } from '../../lessons/support/g-stage-variant';

export const group = 'Equivalence';
export const sentence =
  "Your pointers have R, W or X set. That makes a leaf of them: the hart stops there and takes your table for the guest's memory.";

export const gStage: Parts['gStage'] = {
  mode: (end) => variant({}).mode(end),
  map: (gpa, space) => {
    const write = (at: number, entry: bigint): void => space.write(at, (entry & 0x3ffn) === V ? entry | LEAF : entry);
    return variant({}).map(gpa, { ...methodsOf(space), write });
  },
};
