/** Drops a write to a read-only CSR. */
import type { Parts } from '#vmm';
import { virtualSupervisor as right } from '../../../solutions/03-trap-and-emulate/virtual-supervisor';

export const group = 'Equivalence';
export const sentence =
  'A write to a read-only CSR is an illegal instruction. You drop it silently; that is what WARL fields do, and read-only registers do not.';

export const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) => {
  const isCounter = instruction.row.does.kind === 'csr' && instruction.imm >= 0xc00 && instruction.imm <= 0xc1f;
  const result = right(instruction, vcpu);
  return isCounter && result === 'illegal' && vcpu.mode === 'S' ? 'advance' : result;
};
