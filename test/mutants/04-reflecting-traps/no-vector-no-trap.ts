/** Takes stvec = 0 for "no handler", and drops the trap. */
import type { Parts } from '#vmm';
import { reflect as right } from '../../../solutions/04-reflecting-traps/reflect';

export const group = 'Safety';
export const sentence =
  'stvec has no value that means "none". A processor goes to address 0 if 0 is written there, and faults there if nothing is mapped. You drop the trap, so the guest goes on as if nothing had happened.';

export const reflect: Parts['reflect'] = {
  owner: right.owner,
  deliver(trap, vcpu) {
    if (vcpu.csr.stvec !== 0n) right.deliver(trap, vcpu);
  },
};
