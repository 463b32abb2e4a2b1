/** Looks whether the ends of one range lie in the other. */
import type { MemoryPlan, Parts, PlannedRange } from '#vmm';
import { guestMemory as right } from '../../../solutions/06-guest-memory/guest-memory';

export const group = 'Safety';
export const sentence =
  'You look whether the first or last byte of one range lies in another, in one direction. A range that contains the other whole has both of its ends outside.';

const holds = ({ gpa, size }: PlannedRange, at: number): boolean => at >= gpa && at < gpa + size;

function clash({ ram, devices }: MemoryPlan): boolean {
  const all = [...ram, ...devices];
  return all.some((one, i) =>
    all.slice(i + 1).some((other) => holds(other, one.gpa) || holds(other, one.gpa + one.size - 1)),
  );
}

export const guestMemory: Parts['guestMemory'] = {
  assemble(plan, allocate) {
    const checked = right.assemble(plan, () => undefined);
    if ('refused' in checked && checked.refused.includes('claim')) {
      if (clash(plan)) return checked;
      return plan.ram.map(({ gpa, size }) => ({ gpa: BigInt(gpa), hpa: allocate(size) ?? 0, size }));
    }
    return right.assemble(plan, allocate);
  },
  translate: right.translate,
};
