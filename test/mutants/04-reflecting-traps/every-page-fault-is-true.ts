/** Gives all page faults to the guest. */
import type { Parts } from '#vmm';
import { reflect as right } from '../../../solutions/04-reflecting-traps/reflect';

export const group = 'Equivalence';
export const sentence =
  "Some of these page faults are hidden: the guest's table is right, and your shadow was behind. The guest's kernel gets a fault that no processor would have raised.";

export const reflect: Parts['reflect'] = {
  owner(trap, vcpu) {
    return [12, 13, 15].includes(trap.cause) ? 'guest' : right.owner(trap, vcpu);
  },
  deliver: right.deliver,
};
