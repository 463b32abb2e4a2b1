/** Computes the end of a range in 64 bits. */
import type { Parts } from '#vmm';
import { guestMemory as right } from '../../../solutions/06-guest-memory/guest-memory';

export const group = 'Safety';
export const sentence =
  'You compute the end of the range in 64 bits. A guest that gives 0xfffffffffffffff8 and 16 bytes gets an end of 8, which looks harmless: compare the length with what is left of the slot.';

export const guestMemory: Parts['guestMemory'] = {
  assemble: right.assemble,
  translate(gpa, length, slots) {
    const end = BigInt.asUintN(64, gpa + BigInt(length));
    const slot = slots.find((each) => gpa >= each.gpa && end <= each.gpa + BigInt(each.size) && end < gpa);
    return slot === undefined ? right.translate(gpa, length, slots) : [{ hpa: slot.hpa, length }];
  },
};
