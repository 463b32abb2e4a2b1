/** Sets SPP for traps from S-mode and never clears it. */
import type { Parts } from '#vmm';
import { reflect as right } from '../../../solutions/04-reflecting-traps/reflect';

export const group = 'Equivalence';
export const sentence =
  'You set SPP when the trap comes from S-mode and leave it when it comes from U-mode. After a trap in the kernel every user program seems to be the kernel, and sret makes it so.';

const SPP = 0x100n;

export const reflect: Parts['reflect'] = {
  owner: right.owner,
  deliver(trap, vcpu) {
    const spp = vcpu.csr.sstatus & SPP;
    right.deliver(trap, vcpu);
    vcpu.csr.sstatus |= spp;
  },
};
