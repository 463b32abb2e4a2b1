/** Gives what there is of a range that is not all RAM. */
import type { Parts, Piece } from '#vmm';
import { guestMemory as right } from '../../../solutions/06-guest-memory/guest-memory';

export const group = 'Safety';
export const sentence =
  'Of a range that ends where nothing is you give the pieces that exist. Half a transfer is worse than none: one byte that is not RAM, and the answer is undefined.';

export const guestMemory: Parts['guestMemory'] = {
  assemble: right.assemble,
  translate(gpa, length, slots) {
    const pieces: Piece[] = [];
    let at = gpa;
    for (let left = length; left > 0;) {
      const slot = slots.find((each) => at >= each.gpa && at < each.gpa + BigInt(each.size));
      if (slot === undefined) return at === gpa ? undefined : pieces;
      const piece = Math.min(left, Number(slot.gpa - at) + slot.size);
      pieces.push({ hpa: slot.hpa + Number(at - slot.gpa), length: piece });
      at += BigInt(piece);
      left -= piece;
    }
    return pieces;
  },
};
