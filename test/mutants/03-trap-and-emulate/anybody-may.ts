/** Does not ask who is asking. */
import type { Parts } from '#vmm';
import { virtualSupervisor as right } from '../../../solutions/03-trap-and-emulate/virtual-supervisor';

export const group = 'Safety';
export const sentence =
  "A user program of the guest traps as its kernel does, and you serve both. Look at the guest's mode first: in U-mode these are illegal instructions.";

export const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) => {
  const { mode } = vcpu;
  vcpu.mode = 'S';
  const result = right(instruction, vcpu);
  if (result !== 'redirected') vcpu.mode = mode;
  return result;
};
