/** Leaves SPP as it was. */
import type { Parts } from '#vmm';
import { virtualSupervisor as right } from '../../../solutions/03-trap-and-emulate/virtual-supervisor';

export const group = 'Equivalence';
export const sentence =
  'sret sets SPP to U, the least privilege that there is, so that a second sret by mistake cannot lead into the kernel. Yours leaves it at S.';

const SPP = 0x100n;

export const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) => {
  const spp = vcpu.csr.sstatus & SPP;
  const { does } = instruction.row;
  const result = right(instruction, vcpu);
  if (does.kind === 'system' && does.action === 'sret' && result === 'redirected') {
    vcpu.csr.sstatus |= spp;
  }
  return result;
};
