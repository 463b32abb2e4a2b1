/** Sets SIE whatever SPIE says. */
import type { Parts } from '#vmm';
import { virtualSupervisor as right } from '../../../solutions/03-trap-and-emulate/virtual-supervisor';

export const group = 'Equivalence';
export const sentence =
  'sret takes SIE from SPIE. Yours turns interrupts on in any case, also for a kernel that had them off when it trapped.';

const SIE = 0x2n;

export const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) => {
  const { does } = instruction.row;
  const result = right(instruction, vcpu);
  if (does.kind === 'system' && does.action === 'sret' && result === 'redirected') {
    vcpu.csr.sstatus |= SIE;
  }
  return result;
};
