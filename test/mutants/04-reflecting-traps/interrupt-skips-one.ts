/** Sends the guest behind the instruction at which an interrupt came. */
import type { Parts } from '#vmm';
import { reflect as right } from '../../../solutions/04-reflecting-traps/reflect';

export const group = 'Equivalence';
export const sentence =
  'An interrupt comes before an instruction, not after one: sepc is the address of the one that has not run yet. You write the address of the next, so each interrupt swallows an instruction of the guest.';

export const reflect: Parts['reflect'] = {
  owner: right.owner,
  deliver(trap, vcpu) {
    right.deliver(trap, vcpu);
    if (trap.interrupt) vcpu.csr.sepc += 4n;
  },
};
