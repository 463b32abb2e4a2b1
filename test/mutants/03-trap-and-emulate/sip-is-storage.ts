/** Shows only what the guest itself wrote to sip. */
import type { Parts } from '#vmm';
import { virtualSupervisor as right } from '../../../solutions/03-trap-and-emulate/virtual-supervisor';

export const group = 'Equivalence';
export const sentence =
  'Your sip shows what the guest wrote and not what is pending: its timer fires, and the guest that looks for it in sip never sees it.';

const SIP = 0x144;
const SSIP = 2n;

export const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) => {
  const result = right(instruction, vcpu);
  if (result === 'advance' && instruction.row.does.kind === 'csr' && instruction.imm === SIP) {
    vcpu.x.set(instruction.rd, vcpu.x.get(instruction.rd) & SSIP);
  }
  return result;
};
