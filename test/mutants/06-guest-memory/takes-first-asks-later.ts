/** Takes memory from the host before it has looked at the plan. */
import type { Parts } from '#vmm';
import { guestMemory as right } from '../../../solutions/06-guest-memory/guest-memory';

export const group = 'Safety';
export const sentence =
  'You take memory from the host while you still look at the plan. If it is refused then, what was taken is lost for everybody: check all of it first.';

export const guestMemory: Parts['guestMemory'] = {
  assemble(plan, allocate) {
    const taken = new Map<number, number[]>();
    for (const { size } of plan.ram) {
      for (let at = 0; at < size; at += plan.pieceBytes) {
        const bytes = Math.min(plan.pieceBytes, size - at);
        const hpa = allocate(bytes);
        if (hpa !== undefined) taken.set(bytes, [...(taken.get(bytes) ?? []), hpa]);
      }
    }
    return right.assemble(plan, (bytes) => taken.get(bytes)?.pop());
  },
  translate: right.translate,
};
