/** Looks up the first byte and takes the rest for granted. */
import type { Parts } from '#vmm';
import { guestMemory as right } from '../../../solutions/06-guest-memory/guest-memory';

export const group = 'Safety';
export const sentence =
  'You look up the first byte and let the range run on from there, over the end of its slot. What lies behind it in the host belongs to another slot, or to another VM.';

export const guestMemory: Parts['guestMemory'] = {
  assemble: right.assemble,
  translate(gpa, length, slots) {
    const first = right.translate(gpa, Math.min(length, 1), slots);
    return first?.map(({ hpa }) => ({ hpa, length }));
  },
};
