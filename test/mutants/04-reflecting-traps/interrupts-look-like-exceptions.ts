/** Writes the code of an interrupt without bit 63. */
import type { Parts } from '#vmm';
import { reflect as right } from '../../../solutions/04-reflecting-traps/reflect';

export const group = 'Equivalence';
export const sentence =
  'scause of an interrupt has bit 63 set. Yours makes a timer interrupt (5) look like a load access fault (5).';

export const reflect: Parts['reflect'] = {
  owner: right.owner,
  deliver(trap, vcpu) {
    right.deliver(trap, vcpu);
    vcpu.csr.scause = BigInt(trap.cause);
  },
};
