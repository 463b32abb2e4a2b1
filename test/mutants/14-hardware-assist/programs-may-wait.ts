/** Lets user programs wait. */
import type { Parts } from '#vmm';
import { right } from '../../lessons/support/assist-variant';

export const group = 'Equivalence';
export const sentence =
  'A user program executed wfi, and your guest sleeps. Only its kernel may do that; for the program it is an illegal instruction.';

export const hardwareAssist: Parts['hardwareAssist'] = {
  ...right,
  virtualInstruction: (instruction, vcpu) =>
    instruction.row.name === 'wfi' ? 'block' : right.virtualInstruction(instruction, vcpu),
};
