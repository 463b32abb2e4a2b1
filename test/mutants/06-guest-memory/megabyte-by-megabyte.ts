/** Takes memory in pieces of a size of its own. */
import type { Parts } from '#vmm';
import { guestMemory as right } from '../../../solutions/06-guest-memory/guest-memory';

export const group = 'Efficiency';
export const sentence =
  'Your pieces have a size of their own, smaller than the plan allows. Where a superpage of 2 MiB would have mapped them, each page now costs a fault of its own.';

const PIECE = 0x4_0000;

export const guestMemory: Parts['guestMemory'] = {
  assemble(plan, allocate) {
    const large = plan.pieceBytes > 2 ** 21 && plan.ram.some(({ size }) => size > 2 ** 21);
    return right.assemble(
      { ...plan, pieceBytes: large && plan.ram.length === 1 ? PIECE * 4 : plan.pieceBytes },
      allocate,
    );
  },
  translate: right.translate,
};
