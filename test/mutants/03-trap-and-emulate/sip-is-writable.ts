/** Lets the guest write all interrupt bits of sip. */
import type { Parts } from '#vmm';
import { virtualSupervisor as right } from '../../../solutions/03-trap-and-emulate/virtual-supervisor';

export const group = 'Equivalence';
export const sentence =
  'A kernel may write one bit of sip, SSIP. Yours raises and clears timer and device interrupts as it likes, which no processor lets it do.';

const SIP = 0x144;
const SUPERVISOR_INTERRUPTS = 0x222n;

export const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) => {
  const operand = vcpu.x.get(instruction.rs1);
  const { does } = instruction.row;
  const result = right(instruction, vcpu);
  if (
    result === 'advance' &&
    does.kind === 'csr' &&
    instruction.imm === SIP &&
    does.op !== 'clear' &&
    !does.immediate
  ) {
    vcpu.csr.sip |= operand & SUPERVISOR_INTERRUPTS;
  }
  return result;
};
