/** Answers every counter with the number of cycles. */
import type { Parts } from '#vmm';
import { right } from '../../lessons/support/assist-variant';

export const group = 'Equivalence';
export const sentence =
  'You answer instret and the counters that count nothing with the number of cycles. instret counts what has retired, without the instructions that trapped; the others read 0.';

export const hardwareAssist: Parts['hardwareAssist'] = {
  ...right,
  virtualInstruction(instruction, vcpu) {
    const outcome = right.virtualInstruction(instruction, vcpu);
    if (outcome === 'advance') vcpu.x.set(instruction.rd, vcpu.cycles());
    return outcome;
  },
};
