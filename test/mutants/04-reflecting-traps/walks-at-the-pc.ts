/** Looks up where the guest was, not where it wanted to go. */
import type { Parts } from '#vmm';
import { reflect as right } from '../../../solutions/04-reflecting-traps/reflect';

export const group = 'Safety';
export const sentence =
  'You walk for the address of the instruction. What could not be translated is in stval; for a load or a store that is another page.';

export const reflect: Parts['reflect'] = {
  owner(trap, vcpu) {
    return right.owner([13, 15].includes(trap.cause) ? { ...trap, tval: vcpu.pc } : trap, vcpu);
  },
  deliver: right.deliver,
};
