/** Answers 0 for CSRs that do not exist. */
import type { Parts } from '#vmm';
import { virtualSupervisor as right } from '../../../solutions/03-trap-and-emulate/virtual-supervisor';

export const group = 'Equivalence';
export const sentence =
  'You answer 0 for a register that this guest does not have. On the processor it is an illegal instruction, and that is how kernels find out what there is.';

export const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) => {
  const result = right(instruction, vcpu);
  const isUnknown = instruction.row.does.kind === 'csr' && instruction.imm >> 8 !== 0xc;
  if (result !== 'illegal' || vcpu.mode === 'U' || !isUnknown) return result;
  vcpu.x.set(instruction.rd, 0n);
  return 'advance';
};
