/** Lets devices lie over RAM, as some real machines do. */
import type { Parts } from '#vmm';
import { guestMemory as right } from '../../../solutions/06-guest-memory/guest-memory';

export const group = 'Safety';
export const sentence =
  'You let a device cover RAM that was configured at its addresses. Some real boards do this on purpose; in a configuration it is a mistake, and its author wants to hear of it rather than to search for the missing memory.';

export const guestMemory: Parts['guestMemory'] = {
  assemble(plan, allocate) {
    const inside = plan.devices.filter(
      ({ gpa, size }) => !plan.ram.some((ram) => gpa >= ram.gpa && gpa + size <= ram.gpa + ram.size),
    );
    return right.assemble({ ...plan, devices: inside }, allocate);
  },
  translate: right.translate,
};
