/** Gives all illegal instructions to the guest. */
import type { Parts } from '#vmm';
import { reflect as right } from '../../../solutions/04-reflecting-traps/reflect';

export const group = 'Equivalence';
export const sentence =
  'To the hart every privileged instruction of your guest is illegal, because the guest is in U-mode. Try to emulate it first; only if that fails, it is illegal for the guest as well.';

export const reflect: Parts['reflect'] = {
  owner(trap, vcpu) {
    return trap.cause === 2 ? 'guest' : right.owner(trap, vcpu);
  },
  deliver: right.deliver,
};
