/** Writes rd before it has read rs1. */
import type { Parts } from '#vmm';
import { virtualSupervisor as right } from '../../../solutions/03-trap-and-emulate/virtual-supervisor';

export const group = 'Equivalence';
export const sentence =
  'You write rd before you read rs1. In `csrrw sp, sscratch, sp`, with which many kernels begin their trap handlers, they are the same register.';

export const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) => {
  const { does } = instruction.row;
  const same = does.kind === 'csr' && does.op === 'swap' && !does.immediate && instruction.rd === instruction.rs1;
  if (!same) return right(instruction, vcpu);
  // The old value is in the register before the register is read: what is written is what was there.
  return right({ ...instruction, rs1: 0, row: { ...instruction.row, does: { ...does, op: 'set' } } }, vcpu);
};
