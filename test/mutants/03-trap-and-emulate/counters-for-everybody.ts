/** Lets user programs read the counters without asking scounteren. */
import type { Parts } from '#vmm';
import { virtualSupervisor as right } from '../../../solutions/03-trap-and-emulate/virtual-supervisor';

export const group = 'Equivalence';
export const sentence =
  'A user program may read `time`, `cycle` and `instret` only if its kernel has set the bit in scounteren. Yours may always.';

export const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) => {
  const { scounteren } = vcpu.csr;
  const isCounter = instruction.row.does.kind === 'csr' && instruction.imm >= 0xc00 && instruction.imm <= 0xc1f;
  if (!isCounter) return right(instruction, vcpu);
  vcpu.csr.scounteren = 0xffff_ffffn;
  const result = right(instruction, vcpu);
  vcpu.csr.scounteren = scounteren;
  return result;
};
