/** Gives all ecalls to the hypervisor. */
import type { Parts } from '#vmm';
import { reflect as right } from '../../../solutions/04-reflecting-traps/reflect';

export const group = 'Safety';
export const sentence =
  "You answer the user program's ecall as a call of the firmware. Its own kernel never hears of it, and any program can now switch the guest's machine off.";

export const reflect: Parts['reflect'] = {
  owner(trap, vcpu) {
    return trap.cause === 8 ? 'vmm' : right.owner(trap, vcpu);
  },
  deliver: right.deliver,
};
