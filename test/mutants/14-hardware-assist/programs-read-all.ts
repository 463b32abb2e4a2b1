/** Does not look at scounteren. */
import type { Parts } from '#vmm';
import { right } from '../../lessons/support/assist-variant';

export const group = 'Equivalence';
export const sentence =
  'A user program read a counter that its kernel had closed in scounteren. That raises the same exception, 22, as one that you closed yourself: you have to look who closed it.';

export const hardwareAssist: Parts['hardwareAssist'] = {
  ...right,
  virtualInstruction(instruction, vcpu) {
    const { scounteren } = vcpu.csr;
    vcpu.csr.scounteren = 2n ** 32n - 1n;
    const outcome = right.virtualInstruction(instruction, vcpu);
    vcpu.csr.scounteren = scounteren;
    return outcome;
  },
};
