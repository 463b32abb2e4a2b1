/** Sets SPP for a trap of the kernel's and forgets to clear it for one of a user program's. */
import type { Parts } from '#vmm';
import { reflect as right } from '../../../solutions/04-reflecting-traps/reflect';

export const group = 'Equivalence';
export const sentence =
  'SPP is written by every trap: 1 if it came from S, 0 if it came from U. You only set it. As long as somebody else has cleared it, this goes well; if not, a user program comes back from its trap as the kernel.';

const SPP = 0x100n;

export const reflect: Parts['reflect'] = {
  owner: right.owner,
  deliver(trap, vcpu) {
    const before = vcpu.csr.sstatus & SPP;
    right.deliver(trap, vcpu);
    vcpu.csr.sstatus |= before;
  },
};
