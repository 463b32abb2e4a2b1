/** Uses stvec as it stands. */
import type { Parts } from '#vmm';
import { reflect as right } from '../../../solutions/04-reflecting-traps/reflect';

export const group = 'Equivalence';
export const sentence =
  'The two low bits of stvec are its mode and no part of the address. In vectored mode your guest continues one byte late.';

export const reflect: Parts['reflect'] = {
  owner: right.owner,
  deliver(trap, vcpu) {
    right.deliver(trap, vcpu);
    vcpu.pc += vcpu.csr.stvec & 3n;
  },
};
