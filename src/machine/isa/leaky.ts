/** RV64-leaky, a machine that cannot be virtualized by trapping alone: which sensitive instructions do not trap in U-mode on harts with Xleaky (docs/leaky.md). */
import { CSR_NUMBERS } from './csr-names';
import type { Instruction } from './row';

/** CSRs that U-mode reads as they are, and whose writes it drops; the 80386's SMSW and POPF. */
export const LEAKY_CSRS: readonly number[] = [CSR_NUMBERS.sstatus];

/** System actions that U-mode completes in a way of its own: hart/leaky.ts says how. */
export const LEAKY_ACTIONS = ['sret', 'sfence.vma'] as const;

/** Whether U-mode executes this instruction, which only a supervisor should, without an exception if the hart has Xleaky. */
export function leaks({ row: { does }, imm }: Instruction): boolean {
  if (does.kind === 'csr') return LEAKY_CSRS.includes(imm);
  return does.kind === 'system' && LEAKY_ACTIONS.some((action) => action === does.action);
}
