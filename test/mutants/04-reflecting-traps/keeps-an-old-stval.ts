/** Writes stval only if there is something to say. */
import type { Parts } from '#vmm';
import { reflect as right } from '../../../solutions/04-reflecting-traps/reflect';

export const group = 'Equivalence';
export const sentence =
  'stval is written by every trap, also with 0. Yours still holds the address of the fault before, and a guest that prints it sends somebody on a wrong track.';

export const reflect: Parts['reflect'] = {
  owner: right.owner,
  deliver(trap, vcpu) {
    const { stval } = vcpu.csr;
    right.deliver(trap, vcpu);
    if (trap.tval === 0n) vcpu.csr.stval = stval;
  },
};
