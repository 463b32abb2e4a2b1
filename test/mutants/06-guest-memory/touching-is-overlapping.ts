/** Takes neighbours that touch for an overlap. */
import type { Parts, PlannedRange } from '#vmm';
import { guestMemory as right } from '../../../solutions/06-guest-memory/guest-memory';

export const group = 'Equivalence';
export const sentence =
  'You refuse ranges that only touch: the end of a range is the first address that is not in it any more, and there the next one may begin (`<` for `<=`).';

const touch = (one: PlannedRange, other: PlannedRange): boolean =>
  one.gpa + one.size === other.gpa || other.gpa + other.size === one.gpa;

export const guestMemory: Parts['guestMemory'] = {
  assemble(plan, allocate) {
    const all = [...plan.ram, ...plan.devices];
    const met = all.some((one, i) => all.slice(i + 1).some((other) => touch(one, other)));
    return met ? { refused: 'RAM at 0xffff000 and uart at 0x10000000 overlap.' } : right.assemble(plan, allocate);
  },
  translate: right.translate,
};
