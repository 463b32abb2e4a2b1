/** Writes SPP as if the hart's own mode counted. */
import type { Parts } from '#vmm';
import { reflect as right } from '../../../solutions/04-reflecting-traps/reflect';

export const group = 'Equivalence';
export const sentence =
  "SPP is the mode that the guest believed to be in. You write the hart's, which is always U: the guest's kernel, interrupted, returns as a user program.";

const SPP = 0x100n;

export const reflect: Parts['reflect'] = {
  owner: right.owner,
  deliver(trap, vcpu) {
    right.deliver(trap, vcpu);
    vcpu.csr.sstatus &= ~SPP;
  },
};
