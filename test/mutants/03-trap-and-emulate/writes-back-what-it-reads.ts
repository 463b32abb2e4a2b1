/** Lets csrrs and csrrc with x0 write the old value. */
import { CSR_NUMBERS } from '#machine';
import type { Parts } from '#vmm';
import { virtualSupervisor as right } from '../../../solutions/03-trap-and-emulate/virtual-supervisor';

export const group = 'Efficiency';
export const sentence =
  'csrrs and csrrc with x0 do not write, not even the value that is there. You write it back; the value stays right, but who reads satp has changed its address space, as you see it, and all translations go.';

export const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) => {
  const { does } = instruction.row;
  const result = right(instruction, vcpu);
  const reads = does.kind === 'csr' && does.op !== 'swap' && instruction.rs1 === 0;
  if (reads && result === 'advance' && instruction.imm === CSR_NUMBERS.satp) vcpu.translationChanged('satp');
  return result;
};
