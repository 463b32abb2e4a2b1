/** Looks every byte up for itself. */
import type { Parts, Piece } from '#vmm';
import { guestMemory as right } from '../../../solutions/06-guest-memory/guest-memory';

export const group = 'Efficiency';
export const sentence =
  'You look every byte up for itself. Bytes of one slot stay together in the host: one look at the slot tells how far the piece goes.';

export const guestMemory: Parts['guestMemory'] = {
  assemble: right.assemble,
  translate(gpa, length, slots) {
    if (length > 2 ** 20) return right.translate(gpa, length, slots);
    const pieces: Piece[] = [];
    for (let offset = 0; offset < length; offset++) {
      const [byte] = right.translate(gpa + BigInt(offset), 1, slots) ?? [];
      if ((byte as Piece | undefined) === undefined) return undefined;
      const last = pieces.at(-1);
      if (last && last.hpa + last.length === byte.hpa) pieces[pieces.length - 1] = { ...last, length: last.length + 1 };
      else pieces.push(byte);
    }
    return pieces;
  },
};
