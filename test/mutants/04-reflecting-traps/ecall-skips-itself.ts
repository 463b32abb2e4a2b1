/** Moves sepc behind the ecall. */
import type { Parts } from '#vmm';
import { reflect as right } from '../../../solutions/04-reflecting-traps/reflect';

export const group = 'Equivalence';
export const sentence =
  "sepc of a system call is the address of the ecall itself. You skip it for the guest's kernel, which skips it, too: one instruction of the user program is lost.";

export const reflect: Parts['reflect'] = {
  owner: right.owner,
  deliver(trap, vcpu) {
    right.deliver(trap, vcpu);
    if (trap.cause === 8 && !trap.interrupt) vcpu.csr.sepc += 4n;
  },
};
