/** Shows the guest the register of the real hart, which entered from U-mode with interrupts on. */
import type { Parts } from '#vmm';
import { virtualSupervisor as right } from '../../../solutions/03-trap-and-emulate/virtual-supervisor';

export const group = 'Equivalence';
export const sentence = "You return the host's sstatus. The guest must see its own virtual copy.";

const SSTATUS = 0x100;
/** UXL = 2, SPIE. */
const HOST_SSTATUS = 0x2_0000_0020n;

export const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) => {
  const result = right(instruction, vcpu);
  if (result === 'advance' && instruction.row.does.kind === 'csr' && instruction.imm === SSTATUS) {
    vcpu.x.set(instruction.rd, HOST_SSTATUS);
  }
  return result;
};
