/** Counts the byte behind a slot as part of it. */
import type { Parts } from '#vmm';
import { guestMemory as right } from '../../../solutions/06-guest-memory/guest-memory';

export const group = 'Safety';
export const sentence =
  'A slot of `size` bytes at `gpa` ends before `gpa + size`; you count that byte too (`<=` for `<`). It is the first byte of somebody else.';

export const guestMemory: Parts['guestMemory'] = {
  assemble: right.assemble,
  translate(gpa, length, slots) {
    const end = gpa + BigInt(length);
    const slot = slots.find((each) => gpa >= each.gpa && end <= each.gpa + BigInt(each.size) + 1n);
    return slot && length > 0
      ? [{ hpa: slot.hpa + Number(gpa - slot.gpa), length }]
      : right.translate(gpa, length, slots);
  },
};
