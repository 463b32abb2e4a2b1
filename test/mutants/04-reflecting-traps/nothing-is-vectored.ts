/** Sends everything to BASE. */
import type { Parts } from '#vmm';
import { reflect as right } from '../../../solutions/04-reflecting-traps/reflect';

export const group = 'Equivalence';
export const sentence =
  'With MODE = 1 in stvec, an interrupt enters at BASE + 4 x cause. You send all of them to BASE.';

export const reflect: Parts['reflect'] = {
  owner: right.owner,
  deliver(trap, vcpu) {
    right.deliver(trap, vcpu);
    vcpu.pc = vcpu.csr.stvec & ~3n;
  },
};
