/** Goes to sepc and forgets the mode. */
import type { Parts } from '#vmm';
import { virtualSupervisor as right } from '../../../solutions/03-trap-and-emulate/virtual-supervisor';

export const group = 'Safety';
export const sentence =
  "Your sret goes to the right place and leaves the guest in S-mode. Its user program now runs as its kernel: it can read and write every register of the kernel's.";

export const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) => {
  const { does } = instruction.row;
  const result = right(instruction, vcpu);
  if (does.kind === 'system' && does.action === 'sret' && result === 'redirected') {
    vcpu.mode = 'S';
  }
  return result;
};
