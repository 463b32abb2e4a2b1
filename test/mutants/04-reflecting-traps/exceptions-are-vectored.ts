/** Uses the vector table for exceptions as well. */
import type { Parts } from '#vmm';
import { reflect as right } from '../../../solutions/04-reflecting-traps/reflect';

export const group = 'Equivalence';
export const sentence =
  'Only interrupts are vectored. Your exceptions go to BASE + 4 x cause, where the guest has the entry of some interrupt, or nothing.';

export const reflect: Parts['reflect'] = {
  owner: right.owner,
  deliver(trap, vcpu) {
    right.deliver(trap, vcpu);
    if (!trap.interrupt && (vcpu.csr.stvec & 3n) === 1n) vcpu.pc += 4n * BigInt(trap.cause);
  },
};
