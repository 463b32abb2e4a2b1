/** Reads the register whose number the immediate is. */
import type { Parts } from '#vmm';
import { virtualSupervisor as right } from '../../../solutions/03-trap-and-emulate/virtual-supervisor';

export const group = 'Equivalence';
export const sentence =
  'In the three immediate forms the field of rs1 is the value itself: `csrsi sstatus, 2` sets bit 1. You read register x2.';

export const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) => {
  const { does } = instruction.row;
  if (does.kind !== 'csr' || !does.immediate) return right(instruction, vcpu);
  return right({ ...instruction, row: { ...instruction.row, does: { ...does, immediate: false } } }, vcpu);
};
