/** Writes SPP = 1 because every trap goes to S-mode. */
import type { Parts } from '#vmm';
import { reflect as right } from '../../../solutions/04-reflecting-traps/reflect';

export const group = 'Equivalence';
export const sentence =
  'SPP is where the trap came from, not where it goes. Your system calls return into S-mode, and the user program goes on with the rights of its kernel.';

const SPP = 0x100n;

export const reflect: Parts['reflect'] = {
  owner: right.owner,
  deliver(trap, vcpu) {
    right.deliver(trap, vcpu);
    vcpu.csr.sstatus |= SPP;
  },
};
