/** Keeps every value that is written to satp. */
import type { Parts } from '#vmm';
import { virtualSupervisor as right } from '../../../solutions/03-trap-and-emulate/virtual-supervisor';

export const group = 'Equivalence';
export const sentence =
  'A write of satp with a MODE that the processor does not support has no effect at all. Yours keeps it. Linux tries modes this way, and takes yours for a processor that has them all.';

const SATP = 0x180;

export const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) => {
  const operand = vcpu.x.get(instruction.rs1);
  const result = right(instruction, vcpu);
  const { does } = instruction.row;
  if (result !== 'advance' || does.kind !== 'csr' || instruction.imm !== SATP || does.op !== 'swap' || does.immediate)
    return result;
  vcpu.csr.satp = operand;
  return result;
};
