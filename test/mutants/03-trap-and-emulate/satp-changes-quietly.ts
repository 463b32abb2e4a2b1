/** Stores satp and tells nobody. */
import type { Parts } from '#vmm';
import { virtualSupervisor as right } from '../../../solutions/03-trap-and-emulate/virtual-supervisor';

export const group = 'Equivalence';
export const sentence =
  'You store satp and do not call `translationChanged`: the guest has a new address space, and its loads still go through the old one.';

const SATP = 0x180;

export const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) => {
  const { does } = instruction.row;
  const isWrite = does.kind === 'csr' && instruction.imm === SATP && does.op === 'swap' && !does.immediate;
  const operand = vcpu.x.get(instruction.rs1);
  if (!isWrite || vcpu.mode !== 'S' || ![0n, 8n, 9n, 10n].includes(operand >> 60n)) return right(instruction, vcpu);
  vcpu.x.set(instruction.rd, vcpu.csr.satp);
  vcpu.csr.satp = operand;
  return 'advance';
};
