/** Takes sstatus for plain storage. */
import type { Parts } from '#vmm';
import { virtualSupervisor as right } from '../../../solutions/03-trap-and-emulate/virtual-supervisor';

export const group = 'Equivalence';
export const sentence =
  'Your sstatus keeps every bit that is written to it. This processor has SIE, SPIE, SPP, SUM and MXR there and the rest is fixed: a kernel that probes for floating point finds it.';

const SSTATUS = 0x100;

export const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) => {
  const rs1 = vcpu.x.get(instruction.rs1);
  const before = vcpu.csr.sstatus;
  const { does } = instruction.row;
  const result = right(instruction, vcpu);
  if (result !== 'advance' || does.kind !== 'csr' || instruction.imm !== SSTATUS) return result;
  const operand = does.immediate ? BigInt(instruction.rs1) : rs1;
  vcpu.csr.sstatus = does.op === 'swap' ? operand : does.op === 'set' ? before | operand : before & ~operand;
  return result;
};
