/** Gives all ecalls to the guest. */
import type { Parts } from '#vmm';
import { reflect as right } from '../../../solutions/04-reflecting-traps/reflect';

export const group = 'Equivalence';
export const sentence =
  "An ecall of the guest's kernel is a call of its firmware, which is you. You hand it to the kernel itself, whose handler does not know what to do with it.";

export const reflect: Parts['reflect'] = {
  owner(trap, vcpu) {
    return trap.cause === 8 ? 'guest' : right.owner(trap, vcpu);
  },
  deliver: right.deliver,
};
