/** Takes sfence.vma for a hint. */
import type { Parts } from '#vmm';
import { virtualSupervisor as right } from '../../../solutions/03-trap-and-emulate/virtual-supervisor';

export const group = 'Equivalence';
export const sentence =
  'You let `sfence.vma` pass without a word. Your shadow is a TLB to the guest: it has changed its page table, it has said so, and it still sees the old page.';

export const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) => {
  const { does } = instruction.row;
  const isFence = does.kind === 'system' && does.action === 'sfence.vma';
  return isFence && vcpu.mode === 'S' ? 'advance' : right(instruction, vcpu);
};
