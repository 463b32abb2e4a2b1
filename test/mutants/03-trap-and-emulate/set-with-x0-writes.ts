/** Takes csrrs and csrrc with x0 for writes. */
import type { Parts } from '#vmm';
import { virtualSupervisor as right } from '../../../solutions/03-trap-and-emulate/virtual-supervisor';

export const group = 'Equivalence';
export const sentence =
  '`csrr a0, time` is `csrrs a0, time, x0`. With x0, or a zero immediate, set and clear do not write at all; yours do, and so the guest may not even read a read-only register.';

export const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) => {
  const isCsr = instruction.row.does.kind === 'csr';
  const isReadOnly = instruction.imm >> 10 === 3;
  return isCsr && isReadOnly ? 'illegal' : right(instruction, vcpu);
};
