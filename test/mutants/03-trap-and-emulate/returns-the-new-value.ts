/** rd receives what was written. */
import type { Parts } from '#vmm';
import { virtualSupervisor as right } from '../../../solutions/03-trap-and-emulate/virtual-supervisor';

export const group = 'Equivalence';
export const sentence =
  'rd gets the value from before the write. Yours gets the one from after it, so `csrrci a0, sstatus, 2` can no longer tell whether interrupts were on.';

const SSCRATCH = 0x140;

export const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) => {
  const result = right(instruction, vcpu);
  const { does } = instruction.row;
  const writes = does.kind === 'csr' && (does.op === 'swap' || instruction.rs1 !== 0);
  if (result === 'advance' && writes && instruction.imm === SSCRATCH) vcpu.x.set(instruction.rd, vcpu.csr.sscratch);
  return result;
};
