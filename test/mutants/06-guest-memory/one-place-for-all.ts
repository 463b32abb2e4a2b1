/** Asks the host once and puts every range there. */
import type { Parts } from '#vmm';
import { guestMemory as right } from '../../../solutions/06-guest-memory/guest-memory';

export const group = 'Safety';
export const sentence =
  'You put every piece at the place that the host gave for the first one. Two pieces of RAM at one place in the host: what is written to one shows in the other.';

export const guestMemory: Parts['guestMemory'] = {
  assemble(plan, allocate) {
    const planned = right.assemble(plan, allocate);
    return 'refused' in planned ? planned : planned.map((slot) => ({ ...slot, hpa: planned[0].hpa }));
  },
  translate: right.translate,
};
