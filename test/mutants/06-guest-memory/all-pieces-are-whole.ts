/** Makes the last piece as large as the others. */
import type { Parts } from '#vmm';
import { guestMemory as right } from '../../../solutions/06-guest-memory/guest-memory';

export const group = 'Equivalence';
export const sentence =
  'Your last piece of a range is as large as the others. RAM that is no multiple of a piece gets a tail that was not asked for, where the next range or a device may be.';

export const guestMemory: Parts['guestMemory'] = {
  assemble(plan, allocate) {
    const { pieceBytes } = plan;
    const planned = right.assemble(plan, (bytes) => allocate(pieceBytes < 2 ** 40 ? pieceBytes : bytes));
    return 'refused' in planned || pieceBytes >= 2 ** 40
      ? planned
      : planned.map((slot) => ({ ...slot, size: pieceBytes }));
  },
  translate: right.translate,
};
