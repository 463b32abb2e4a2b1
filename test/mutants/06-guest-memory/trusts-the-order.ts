/** Compares each range with the next of the file only. */
import type { Parts } from '#vmm';
import { guestMemory as right } from '../../../solutions/06-guest-memory/guest-memory';

export const group = 'Safety';
export const sentence =
  'You compare each range with the next one of the configuration, but nobody promised an order: sort by address first, then neighbours are enough.';

export const guestMemory: Parts['guestMemory'] = {
  assemble(plan, allocate) {
    const all = [...plan.ram, ...plan.devices];
    const clash = all.some(
      (one, i) => i > 0 && one.gpa < all[i - 1].gpa + all[i - 1].size && all[i - 1].gpa < one.gpa + one.size,
    );
    const checked = right.assemble(plan, () => undefined);
    if (clash || !('refused' in checked) || !checked.refused.includes('claim')) return right.assemble(plan, allocate);
    return plan.ram.map(({ gpa, size }) => ({ gpa: BigInt(gpa), hpa: allocate(size) ?? 0, size }));
  },
  translate: right.translate,
};
