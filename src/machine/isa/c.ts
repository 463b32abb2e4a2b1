/** Compressed instructions, each an abbreviation of a full row. Extension C 2.0: unprivileged manual, chapter "C", in the order of its listing. */
import { compressed, extension } from './rows';

const ZERO = 0;
const RA = 1;
const SP = 2;

// Hints (a destination of x0, a shift by 0) are legal and change nothing; `≠` and `nz` mark what is reserved or another row's.
export const C = extension('C', [
  // Quadrant 0. The halfword 0000 would be c.addi4spn with an immediate of 0: defined to be illegal.
  compressed('c.addi4spn', "000 nzuimm5:4|9:6|2|3 rd' 00", 'rd, sp, imm', 'addi', { rs1: SP }),
  compressed('c.fld', "001 uimm5:3 rs1' uimm7:6 fd' 00", 'fd, imm(rs1)', 'fld'),
  compressed('c.lw', "010 uimm5:3 rs1' uimm2|6 rd' 00", 'rd, imm(rs1)', 'lw'),
  compressed('c.ld', "011 uimm5:3 rs1' uimm7:6 rd' 00", 'rd, imm(rs1)', 'ld'),
  compressed('c.fsd', "101 uimm5:3 rs1' uimm7:6 fs2' 00", 'fs2, imm(rs1)', 'fsd'),
  compressed('c.sw', "110 uimm5:3 rs1' uimm2|6 rs2' 00", 'rs2, imm(rs1)', 'sw'),
  compressed('c.sd', "111 uimm5:3 rs1' uimm7:6 rs2' 00", 'rs2, imm(rs1)', 'sd'),

  // Quadrant 1.
  compressed('c.nop', '000 imm5 00000 imm4:0 01', 'imm', 'addi', { rd: ZERO, rs1: ZERO }),
  compressed('c.addi', '000 imm5 rd/rs1≠0 imm4:0 01', 'rd, imm', 'addi'),
  compressed('c.addiw', '001 imm5 rd/rs1≠0 imm4:0 01', 'rd, imm', 'addiw'),
  compressed('c.li', '010 imm5 rd imm4:0 01', 'rd, imm', 'addi', { rs1: ZERO }),
  compressed('c.addi16sp', '011 nzimm9 00010 nzimm4|6|8:7|5 01', 'sp, imm', 'addi', { rd: SP, rs1: SP }),
  compressed('c.lui', '011 nzimm17 rd≠2 nzimm16:12 01', 'rd, upper', 'lui'),
  compressed('c.srli', "100 shamt5 00 rd'/rs1' shamt4:0 01", 'rd, shamt', 'srli'),
  compressed('c.srai', "100 shamt5 01 rd'/rs1' shamt4:0 01", 'rd, shamt', 'srai'),
  compressed('c.andi', "100 imm5 10 rd'/rs1' imm4:0 01", 'rd, imm', 'andi'),
  compressed('c.sub', "100 0 11 rd'/rs1' 00 rs2' 01", 'rd, rs2', 'sub'),
  compressed('c.xor', "100 0 11 rd'/rs1' 01 rs2' 01", 'rd, rs2', 'xor'),
  compressed('c.or', "100 0 11 rd'/rs1' 10 rs2' 01", 'rd, rs2', 'or'),
  compressed('c.and', "100 0 11 rd'/rs1' 11 rs2' 01", 'rd, rs2', 'and'),
  compressed('c.subw', "100 1 11 rd'/rs1' 00 rs2' 01", 'rd, rs2', 'subw'),
  compressed('c.addw', "100 1 11 rd'/rs1' 01 rs2' 01", 'rd, rs2', 'addw'),
  compressed('c.j', '101 imm11|4|9:8|10|6|7|3:1|5 01', 'target', 'jal', { rd: ZERO }),
  compressed('c.beqz', "110 imm8|4:3 rs1' imm7:6|2:1|5 01", 'rs1, target', 'beq', { rs2: ZERO }),
  compressed('c.bnez', "111 imm8|4:3 rs1' imm7:6|2:1|5 01", 'rs1, target', 'bne', { rs2: ZERO }),

  // Quadrant 2.
  compressed('c.slli', '000 shamt5 rd/rs1 shamt4:0 10', 'rd, shamt', 'slli'),
  compressed('c.fldsp', '001 uimm5 fd uimm4:3|8:6 10', 'fd, imm(sp)', 'fld', { rs1: SP }),
  compressed('c.lwsp', '010 uimm5 rd≠0 uimm4:2|7:6 10', 'rd, imm(sp)', 'lw', { rs1: SP }),
  compressed('c.ldsp', '011 uimm5 rd≠0 uimm4:3|8:6 10', 'rd, imm(sp)', 'ld', { rs1: SP }),
  compressed('c.jr', '100 0 rs1≠0 00000 10', 'rs1', 'jalr', { rd: ZERO }),
  compressed('c.mv', '100 0 rd rs2≠0 10', 'rd, rs2', 'add', { rs1: ZERO }),
  compressed('c.ebreak', '100 1 00000 00000 10', '', 'ebreak'),
  compressed('c.jalr', '100 1 rs1≠0 00000 10', 'rs1', 'jalr', { rd: RA }),
  compressed('c.add', '100 1 rd/rs1 rs2≠0 10', 'rd, rs2', 'add'),
  compressed('c.fsdsp', '101 uimm5:3|8:6 fs2 10', 'fs2, imm(sp)', 'fsd', { rs1: SP }),
  compressed('c.swsp', '110 uimm5:2|7:6 rs2 10', 'rs2, imm(sp)', 'sw', { rs1: SP }),
  compressed('c.sdsp', '111 uimm5:3|8:6 rs2 10', 'rs2, imm(sp)', 'sd', { rs1: SP }),
]);
