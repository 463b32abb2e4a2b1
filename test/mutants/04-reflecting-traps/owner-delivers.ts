/** Delivers the trap as soon as it is known whose it is. */
import type { Parts } from '#vmm';
import { reflect as right } from '../../../solutions/04-reflecting-traps/reflect';

export const group = 'Safety';
export const sentence =
  '`owner` is a question and must change nothing. Yours already enters the handler, and then the trap is delivered once more: sepc is lost.';

export const reflect: Parts['reflect'] = {
  owner(trap, vcpu) {
    const owner = right.owner(trap, vcpu);
    if (owner === 'guest') right.deliver({ ...trap, interrupt: false }, vcpu);
    return owner;
  },
  deliver: right.deliver,
};
