/** Gives all page faults to the hypervisor. */
import type { Parts } from '#vmm';
import { reflect as right } from '../../../solutions/04-reflecting-traps/reflect';

export const group = 'Safety';
export const sentence =
  "Some of these page faults are true: the guest's own table forbids the access. If you make the entry nevertheless, a user program reaches its kernel's memory.";

export const reflect: Parts['reflect'] = {
  owner(trap, vcpu) {
    return [12, 13, 15].includes(trap.cause) ? 'vmm' : right.owner(trap, vcpu);
  },
  deliver: right.deliver,
};
