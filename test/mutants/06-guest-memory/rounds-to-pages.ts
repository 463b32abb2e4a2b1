/** Rounds RAM to whole pages. */
import type { Parts } from '#vmm';
import { guestMemory as right } from '../../../solutions/06-guest-memory/guest-memory';

export const group = 'Safety';
export const sentence =
  'You round what is no whole page, up or down. The configuration asked for something that tables cannot map: say so, instead of giving the guest another machine than it was promised.';

export const guestMemory: Parts['guestMemory'] = {
  assemble: (plan, allocate) =>
    right.assemble(
      {
        ...plan,
        ram: plan.ram.map(({ gpa, size }) => ({
          gpa: gpa - (gpa % 4096),
          size: Math.max(1, Math.ceil(size / 4096)) * 4096,
        })),
      },
      allocate,
    ),
  translate: right.translate,
};
