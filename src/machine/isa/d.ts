/** Double-precision floating point, extension D 2.2: unprivileged manual, chapter "D". */
import { fs1, rs1 } from './expr';
import { floatRows } from './float-rows';
import { extension, float, floatBits, loadFloat, storeFloat } from './rows';

export const D = extension('D', [
  loadFloat('fld', 'imm11:0 rs1 011 fd 0000111', 8),
  storeFloat('fsd', 'imm11:5 fs2 rs1 011 imm4:0 0100111', 8),
  ...floatRows('d'),
  float('fcvt.s.d', '0100000 00001 fs1 rm fd 1010011', 'fd, fs1, rm', { op: 'convert', format: 's', from: 'd' }),
  float('fcvt.d.s', '0100001 00000 fs1 rm fd 1010011', 'fd, fs1', { op: 'convert', format: 'd', from: 's' }), // exact
  floatBits('fmv.x.d', '1110001 00000 fs1 000 rd 1010011', 'rd, fs1', fs1),
  floatBits('fmv.d.x', '1111001 00000 rs1 000 fd 1010011', 'fd, rs1', rs1),
]);
