/** Asks the guest's table about a load, whatever the access was. */
import type { Parts } from '#vmm';
import { reflect as right } from '../../../solutions/04-reflecting-traps/reflect';

export const group = 'Safety';
export const sentence =
  'You walk for a load where the guest wanted to store or to fetch. A page that may be read and not written has two answers, and you ask for the wrong one.';

export const reflect: Parts['reflect'] = {
  owner(trap, vcpu) {
    const isFault = [12, 13, 15].includes(trap.cause);
    return isFault ? (vcpu.walk(trap.tval, 'load').ok ? 'vmm' : 'guest') : right.owner(trap, vcpu);
  },
  deliver: right.deliver,
};
