/** Gives the VM what is left in the host. */
import type { Parts, Slot } from '#vmm';
import { guestMemory as right } from '../../../solutions/06-guest-memory/guest-memory';

export const group = 'Safety';
export const sentence =
  'If the host has not enough, you give the VM what there is. Its kernel was told how much RAM it has, and faults in the middle of it: refuse.';

export const guestMemory: Parts['guestMemory'] = {
  assemble(plan, allocate) {
    const gone: number[] = [];
    const planned = right.assemble(plan, (bytes) => {
      const hpa = allocate(bytes);
      if (hpa === undefined) gone.push(bytes);
      return hpa ?? 0;
    });
    return 'refused' in planned || gone.length === 0 ? planned : planned.filter(({ hpa }: Slot) => hpa !== 0);
  },
  translate: right.translate,
};
