/** Knows cycle, time and instret only. */
import type { Parts } from '#vmm';
import { right } from '../../lessons/support/assist-variant';

export const group = 'Equivalence';
export const sentence =
  'hpmcounter3 to hpmcounter31 are there on every such processor, and read 0 where they count nothing. For your guest they are illegal instructions.';

export const hardwareAssist: Parts['hardwareAssist'] = {
  ...right,
  virtualInstruction: (instruction, vcpu) =>
    instruction.row.does.kind === 'csr' && instruction.imm > 0xc02
      ? 'illegal'
      : right.virtualInstruction(instruction, vcpu),
};
