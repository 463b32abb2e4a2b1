/** Calls the shadow stale at each trap, to be on the safe side. */
import type { Parts } from '#vmm';
import { reflect as right } from '../../../solutions/04-reflecting-traps/reflect';

export const group = 'Efficiency';
export const sentence =
  'A trap changes no translation: satp is as it was. You call `translationChanged` at each one, and each time the shadow is compared with the tables of the guest for nothing.';

export const reflect: Parts['reflect'] = {
  owner: right.owner,
  deliver(trap, vcpu) {
    right.deliver(trap, vcpu);
    vcpu.translationChanged('satp');
  },
};
