/** The base integer instruction set, RV64I 2.1: unprivileged manual, chapters "RV32I" and "RV64I". */
import {
  add,
  and,
  eq,
  geS,
  geU,
  imm,
  low32,
  ltS,
  ltU,
  ne,
  num,
  or,
  pc,
  rs1,
  rs2,
  sext32,
  shl,
  shrS,
  shrU,
  sub,
  xor,
} from './expr';
import { alu, aluImmediate, branch, extension, jal, jalr, load, noEffect, shift, store, system, upper } from './rows';

/** The W shifts take their amount modulo 32. */
const by5 = and(rs2, num(31));

export const RV64I = extension('I', [
  upper('lui', 'imm31:12 rd 0110111', imm),
  upper('auipc', 'imm31:12 rd 0010111', add(pc, imm)),

  jal('jal', 'imm20|10:1|11|19:12 rd 1101111'),
  jalr('jalr', 'imm11:0 rs1 000 rd 1100111'),
  branch('beq', 'imm12|10:5 rs2 rs1 000 imm4:1|11 1100011', eq(rs1, rs2)),
  branch('bne', 'imm12|10:5 rs2 rs1 001 imm4:1|11 1100011', ne(rs1, rs2)),
  branch('blt', 'imm12|10:5 rs2 rs1 100 imm4:1|11 1100011', ltS(rs1, rs2)),
  branch('bge', 'imm12|10:5 rs2 rs1 101 imm4:1|11 1100011', geS(rs1, rs2)),
  branch('bltu', 'imm12|10:5 rs2 rs1 110 imm4:1|11 1100011', ltU(rs1, rs2)),
  branch('bgeu', 'imm12|10:5 rs2 rs1 111 imm4:1|11 1100011', geU(rs1, rs2)),

  load('lb', 'imm11:0 rs1 000 rd 0000011', 1, 'signed'),
  load('lh', 'imm11:0 rs1 001 rd 0000011', 2, 'signed'),
  load('lw', 'imm11:0 rs1 010 rd 0000011', 4, 'signed'),
  load('ld', 'imm11:0 rs1 011 rd 0000011', 8, 'signed'),
  load('lbu', 'imm11:0 rs1 100 rd 0000011', 1, 'unsigned'),
  load('lhu', 'imm11:0 rs1 101 rd 0000011', 2, 'unsigned'),
  load('lwu', 'imm11:0 rs1 110 rd 0000011', 4, 'unsigned'),
  store('sb', 'imm11:5 rs2 rs1 000 imm4:0 0100011', 1),
  store('sh', 'imm11:5 rs2 rs1 001 imm4:0 0100011', 2),
  store('sw', 'imm11:5 rs2 rs1 010 imm4:0 0100011', 4),
  store('sd', 'imm11:5 rs2 rs1 011 imm4:0 0100011', 8),

  aluImmediate('addi', 'imm11:0 rs1 000 rd 0010011', add(rs1, imm)),
  aluImmediate('slti', 'imm11:0 rs1 010 rd 0010011', ltS(rs1, imm)),
  aluImmediate('sltiu', 'imm11:0 rs1 011 rd 0010011', ltU(rs1, imm)),
  aluImmediate('xori', 'imm11:0 rs1 100 rd 0010011', xor(rs1, imm)),
  aluImmediate('ori', 'imm11:0 rs1 110 rd 0010011', or(rs1, imm)),
  aluImmediate('andi', 'imm11:0 rs1 111 rd 0010011', and(rs1, imm)),
  shift('slli', '000000 shamt5:0 rs1 001 rd 0010011', shl(rs1, imm)),
  shift('srli', '000000 shamt5:0 rs1 101 rd 0010011', shrU(rs1, imm)),
  shift('srai', '010000 shamt5:0 rs1 101 rd 0010011', shrS(rs1, imm)),

  alu('add', '0000000 rs2 rs1 000 rd 0110011', add(rs1, rs2)),
  alu('sub', '0100000 rs2 rs1 000 rd 0110011', sub(rs1, rs2)),
  alu('sll', '0000000 rs2 rs1 001 rd 0110011', shl(rs1, rs2)),
  alu('slt', '0000000 rs2 rs1 010 rd 0110011', ltS(rs1, rs2)),
  alu('sltu', '0000000 rs2 rs1 011 rd 0110011', ltU(rs1, rs2)),
  alu('xor', '0000000 rs2 rs1 100 rd 0110011', xor(rs1, rs2)),
  alu('srl', '0000000 rs2 rs1 101 rd 0110011', shrU(rs1, rs2)),
  alu('sra', '0100000 rs2 rs1 101 rd 0110011', shrS(rs1, rs2)),
  alu('or', '0000000 rs2 rs1 110 rd 0110011', or(rs1, rs2)),
  alu('and', '0000000 rs2 rs1 111 rd 0110011', and(rs1, rs2)),

  aluImmediate('addiw', 'imm11:0 rs1 000 rd 0011011', sext32(add(rs1, imm))),
  shift('slliw', '0000000 shamt4:0 rs1 001 rd 0011011', sext32(shl(rs1, imm))),
  shift('srliw', '0000000 shamt4:0 rs1 101 rd 0011011', sext32(shrU(low32(rs1), imm))),
  shift('sraiw', '0100000 shamt4:0 rs1 101 rd 0011011', shrS(sext32(rs1), imm)),
  alu('addw', '0000000 rs2 rs1 000 rd 0111011', sext32(add(rs1, rs2))),
  alu('subw', '0100000 rs2 rs1 000 rd 0111011', sext32(sub(rs1, rs2))),
  alu('sllw', '0000000 rs2 rs1 001 rd 0111011', sext32(shl(rs1, by5))),
  alu('srlw', '0000000 rs2 rs1 101 rd 0111011', sext32(shrU(low32(rs1), by5))),
  alu('sraw', '0100000 rs2 rs1 101 rd 0111011', shrS(sext32(rs1), by5)),

  // "Base implementations shall ignore these fields" (rs1 and rd) and treat unknown fm as a normal fence: all are legal.
  noEffect('fence', 'fm pred succ ..... 000 ..... 0001111', 'pred, succ'),
  noEffect('fence.tso', '1000 0011 0011 ..... 000 ..... 0001111'),
  noEffect('pause', '0000 0001 0000 00000 000 00000 0001111'), // Zihintpause: a fence with an empty successor set
  system('ecall', '000000000000 00000 000 00000 1110011'),
  system('ebreak', '000000000001 00000 000 00000 1110011'),
]);
