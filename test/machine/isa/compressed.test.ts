/** The compressed instructions: halfwords from GNU as 2.40, and the instruction that each "expands to" (unprivileged manual, chapter "C"). */
import { assemble, decode, disassembleInstruction } from '../../../src/machine/isa';

const numberOf = (text: string): number => {
  const { bytes } = assemble(text);
  return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
};

const EXPANSIONS: [text: string, halfword: number, full: string][] = [
  ['c.addi4spn a0,sp,16', 0x0808, 'addi a0,sp,16'],
  ['c.fld fa0,8(a1)', 0x2588, 'fld fa0,8(a1)'],
  ['c.lw a0,4(a1)', 0x41c8, 'lw a0,4(a1)'],
  ['c.ld a0,8(a1)', 0x6588, 'ld a0,8(a1)'],
  ['c.fsd fa0,8(a1)', 0xa588, 'fsd fa0,8(a1)'],
  ['c.sw a0,4(a1)', 0xc1c8, 'sw a0,4(a1)'],
  ['c.sd a0,8(a1)', 0xe588, 'sd a0,8(a1)'],
  ['c.addi a0,-1', 0x157d, 'addi a0,a0,-1'],
  ['c.addiw a0,-1', 0x357d, 'addiw a0,a0,-1'],
  ['c.li a0,-1', 0x557d, 'addi a0,zero,-1'],
  ['c.addi16sp sp,-32', 0x713d, 'addi sp,sp,-32'],
  ['c.lui a0,0xfffff', 0x757d, 'lui a0,0xfffff'],
  ['c.srli a0,0x21', 0x9105, 'srli a0,a0,33'],
  ['c.srai a0,0x21', 0x9505, 'srai a0,a0,33'],
  ['c.andi a0,-2', 0x9979, 'andi a0,a0,-2'],
  ['c.sub a0,a1', 0x8d0d, 'sub a0,a0,a1'],
  ['c.xor a0,a1', 0x8d2d, 'xor a0,a0,a1'],
  ['c.or a0,a1', 0x8d4d, 'or a0,a0,a1'],
  ['c.and a0,a1', 0x8d6d, 'and a0,a0,a1'],
  ['c.subw a0,a1', 0x9d0d, 'subw a0,a0,a1'],
  ['c.addw a0,a1', 0x9d2d, 'addw a0,a0,a1'],
  ['c.j .+16', 0xa801, 'jal zero,.+16'],
  ['c.beqz a0,.+16', 0xc901, 'beq a0,zero,.+16'],
  ['c.bnez a0,.-16', 0xf965, 'bne a0,zero,.-16'],
  ['c.slli a0,0x21', 0x1506, 'slli a0,a0,33'],
  ['c.fldsp fa0,8(sp)', 0x2522, 'fld fa0,8(sp)'],
  ['c.lwsp a0,4(sp)', 0x4512, 'lw a0,4(sp)'],
  ['c.ldsp a0,8(sp)', 0x6522, 'ld a0,8(sp)'],
  ['c.jr a0', 0x8502, 'jalr zero,0(a0)'],
  ['c.mv a0,a1', 0x852e, 'add a0,zero,a1'],
  ['c.ebreak', 0x9002, 'ebreak'],
  ['c.jalr a0', 0x9502, 'jalr ra,0(a0)'],
  ['c.add a0,a1', 0x952e, 'add a0,a0,a1'],
  ['c.fsdsp fa0,8(sp)', 0xa42a, 'fsd fa0,8(sp)'],
  ['c.swsp a0,4(sp)', 0xc22a, 'sw a0,4(sp)'],
  ['c.sdsp a0,8(sp)', 0xe42a, 'sd a0,8(sp)'],
];

test.each(EXPANSIONS)('%s', (text, halfword, full) => {
  const { row, rd, rs1, rs2, imm } = decode(numberOf(full))!;
  const instruction = decode(halfword)!;
  expect(instruction).toMatchObject({ row, rd, rs1, rs2, imm, length: 2 });
  expect(numberOf(text)).toBe(halfword);
  if (!text.includes(',.')) expect(disassembleInstruction(instruction)).toBe(text); // targets are printed as addresses
});
