/** Has no hpmcounters. */
import { CSR_NUMBERS } from '#machine';
import type { Parts } from '#vmm';
import { virtualSupervisor as right } from '../../../solutions/03-trap-and-emulate/virtual-supervisor';

export const group = 'Equivalence';
export const sentence =
  'This machine has 29 more counters than `cycle`, `time` and `instret`. hpmcounter3 to hpmcounter31 have nothing to count and read 0, which is not the same as not being there; you call them illegal.';

export const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) =>
  instruction.row.does.kind === 'csr' &&
  instruction.imm >= CSR_NUMBERS.hpmcounter3 &&
  instruction.imm <= CSR_NUMBERS.hpmcounter31
    ? 'illegal'
    : right(instruction, vcpu);
