/** Gives illegal instructions of user programs to the guest unseen. */
import type { Parts } from '#vmm';
import { reflect as right } from '../../../solutions/04-reflecting-traps/reflect';

export const group = 'Equivalence';
export const sentence =
  "Most privileged instructions are illegal in a user program, but not all: reading `time` depends on scounteren, which is a register of the guest's. Whoever emulates knows that register.";

export const reflect: Parts['reflect'] = {
  owner(trap, vcpu) {
    return trap.cause === 2 && vcpu.mode === 'U' ? 'guest' : right.owner(trap, vcpu);
  },
  deliver: right.deliver,
};
