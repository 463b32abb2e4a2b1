/** Lets the guest read 0 from the CSRs of hypervisors. */
import type { Parts } from '#vmm';
import { right } from '../../lessons/support/assist-variant';

export const group = 'Equivalence';
export const sentence =
  'Your guest reads hstatus and gets 0, so it concludes that its processor has the extension H. It has not: on such a machine the instruction is illegal.';

export const hardwareAssist: Parts['hardwareAssist'] = {
  ...right,
  virtualInstruction(instruction, vcpu) {
    const outcome = right.virtualInstruction(instruction, vcpu);
    if (outcome !== 'illegal' || instruction.row.does.kind !== 'csr' || vcpu.mode === 'U') return outcome;
    vcpu.x.set(instruction.rd, 0n);
    return 'advance';
  },
};
