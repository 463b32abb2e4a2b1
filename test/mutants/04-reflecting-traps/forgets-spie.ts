/** Clears SIE and does not remember it. */
import type { Parts } from '#vmm';
import { reflect as right } from '../../../solutions/04-reflecting-traps/reflect';

export const group = 'Equivalence';
export const sentence =
  'You turn interrupts off and do not write down that they were on. After sret they stay off, and the guest never hears of its timer again.';

const SPIE = 0x20n;

export const reflect: Parts['reflect'] = {
  owner: right.owner,
  deliver(trap, vcpu) {
    const spie = vcpu.csr.sstatus & SPIE;
    right.deliver(trap, vcpu);
    vcpu.csr.sstatus = (vcpu.csr.sstatus & ~SPIE) | spie;
  },
};
