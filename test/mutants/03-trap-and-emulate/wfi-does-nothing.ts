/** Lets wfi pass. */
import type { Parts } from '#vmm';
import { virtualSupervisor as right } from '../../../solutions/03-trap-and-emulate/virtual-supervisor';

export const group = 'Efficiency';
export const sentence =
  "wfi as a no-op is permitted and wasteful: your idle guest goes round in its idle loop, an exit each time. Return 'block', and somebody else can run.";

export const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) => {
  const result = right(instruction, vcpu);
  return result === 'block' ? 'advance' : result;
};
