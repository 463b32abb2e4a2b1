/** Instructions for supervisors (privileged manual, "Machine-Mode Privileged Instructions", "Supervisor Instructions"), and fence.i. */
import { extension, system } from './rows';

export const PRIVILEGED = extension('Privileged', [
  system('sret', '0001000 00010 00000 000 00000 1110011'),
  system('mret', '0011000 00010 00000 000 00000 1110011'),
  system('wfi', '0001000 00101 00000 000 00000 1110011'),
  system('sfence.vma', '0001001 rs2 rs1 000 00000 1110011', 'rs1, rs2'),
]);

/** Zifencei 2.0: its imm, rs1 and rd are "reserved for finer-grain fences" and ignored. */
export const ZIFENCEI = extension('Zifencei', [system('fence.i', '............ ..... 001 ..... 0001111')]);
