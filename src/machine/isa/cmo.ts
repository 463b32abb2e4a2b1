/** Operations on whole cache blocks, Zicbom and Zicboz 1.0: unprivileged manual, chapter "CMO". */
import { extension, system } from './rows';

export const ZICBOM = extension('Zicbom', [
  system('cbo.inval', '000000000000 rs1 010 00000 0001111', '(rs1)'),
  system('cbo.clean', '000000000001 rs1 010 00000 0001111', '(rs1)'),
  system('cbo.flush', '000000000010 rs1 010 00000 0001111', '(rs1)'),
]);

export const ZICBOZ = extension('Zicboz', [system('cbo.zero', '000000000100 rs1 010 00000 0001111', '(rs1)')]);
