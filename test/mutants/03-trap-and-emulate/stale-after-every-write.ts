/** Calls translations stale whenever a register changes. */
import type { Parts } from '#vmm';
import { virtualSupervisor as right } from '../../../solutions/03-trap-and-emulate/virtual-supervisor';

export const group = 'Efficiency';
export const sentence =
  'You call `translationChanged` after every CSR access. Only satp and sfence.vma make translations stale; for the rest the shadow is compared with the tables of the guest for nothing.';

export const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) => {
  const result = right(instruction, vcpu);
  if (result === 'advance') vcpu.translationChanged('satp');
  return result;
};
