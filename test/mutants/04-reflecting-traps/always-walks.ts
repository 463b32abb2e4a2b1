/** Walks the guest's table for every trap. */
import type { Parts } from '#vmm';
import { reflect as right } from '../../../solutions/04-reflecting-traps/reflect';

export const group = 'Efficiency';
export const sentence =
  'You walk the table of the guest for every trap, also for a system call, which has nothing to do with it. Three memory accesses each time, for an answer that nobody needs.';

export const reflect: Parts['reflect'] = {
  owner(trap, vcpu) {
    const fetched = vcpu.walk(vcpu.pc, 'fetch');
    return fetched.ok ? right.owner(trap, vcpu) : right.owner(trap, vcpu);
  },
  deliver: right.deliver,
};
