/** Single-precision floating point, extension F 2.2: unprivileged manual, chapter "F". */
import { fs1, rs1, sext32 } from './expr';
import { boxed } from './float-bits';
import { floatRows } from './float-rows';
import { extension, floatBits, loadFloat, storeFloat } from './rows';

export const F = extension('F', [
  loadFloat('flw', 'imm11:0 rs1 010 fd 0000111', 4),
  storeFloat('fsw', 'imm11:5 fs2 rs1 010 imm4:0 0100111', 4),
  ...floatRows('s'),
  floatBits('fmv.x.w', '1110000 00000 fs1 000 rd 1010011', 'rd, fs1', sext32(fs1)), // boxed or not
  floatBits('fmv.w.x', '1111000 00000 rs1 000 fd 1010011', 'fd, rs1', boxed(rs1)),
]);
