/** Goes to the handler and forgets the mode. */
import type { Parts } from '#vmm';
import { reflect as right } from '../../../solutions/04-reflecting-traps/reflect';

export const group = 'Equivalence';
export const sentence =
  "You send the guest to its handler and leave it in U-mode. The handler's first `csrr` is an illegal instruction then, which is a trap, whose handler ...";

export const reflect: Parts['reflect'] = {
  owner: right.owner,
  deliver(trap, vcpu) {
    const { mode } = vcpu;
    right.deliver(trap, vcpu);
    vcpu.mode = mode;
  },
};
