/** Sets the pc and lets the run loop move it on. */
import type { Parts } from '#vmm';
import { virtualSupervisor as right } from '../../../solutions/03-trap-and-emulate/virtual-supervisor';

export const group = 'Equivalence';
export const sentence =
  "After sret the pc stands at sepc. You return 'advance', and the run loop adds four: the first instruction of the user program is skipped.";

export const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) => {
  const { does } = instruction.row;
  const result = right(instruction, vcpu);
  if (does.kind === 'system' && does.action === 'sret' && result === 'redirected') {
    return 'advance';
  }
  return result;
};
