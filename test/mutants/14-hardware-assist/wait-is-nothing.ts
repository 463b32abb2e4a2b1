/** Completes wfi at once. */
import type { Parts } from '#vmm';
import { right } from '../../lessons/support/assist-variant';

export const group = 'Safety';
export const sentence =
  'You complete wfi at once. The manual permits that, but then a guest that waits goes around its idle loop for whole turns, and the others wait for the processor.';

export const hardwareAssist: Parts['hardwareAssist'] = {
  ...right,
  virtualInstruction(instruction, vcpu) {
    const outcome = right.virtualInstruction(instruction, vcpu);
    return outcome === 'block' ? 'advance' : outcome;
  },
};
