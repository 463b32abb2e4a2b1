/** Forgets that taking a trap masks interrupts: sstatus.SIE stays set. */
import type { Parts } from '#vmm';
import { reflect as right } from '../../../solutions/04-reflecting-traps/reflect';

export const group = 'Equivalence';
export const sentence =
  'Your guest can be interrupted in the first instruction of its own trap handler, before it has saved anything. Hardware clears SIE and remembers it in SPIE.';

const SIE = 0x2n;

export const reflect: Parts['reflect'] = {
  owner: right.owner,
  deliver(trap, vcpu) {
    const sie = vcpu.csr.sstatus & SIE;
    right.deliver(trap, vcpu);
    vcpu.csr.sstatus |= sie;
  },
};
