/** The row format carries what later issues add: one row each of D, F, B and H, written by hand, decoded, encoded, assembled and disassembled. */
import {
  assemble,
  clz,
  decoderFor,
  disassembleInstruction,
  encode,
  fieldOf,
  numberRows,
  rs1,
  type Instruction,
  type Operands,
} from '../../../src/machine/isa';
import { extension, float, system, unaryAlu } from '../../../src/machine/isa/rows';

const rows = numberRows([
  ...extension('F', [
    float('flw', 'imm11:0 rs1 010 fd 0000111', 'fd, imm(rs1)', 4),
    float('fmadd.s', 'fs3 00 fs2 fs1 rm fd 1000011', 'fd, fs1, fs2, fs3, rm', 4),
  ]),
  ...extension('D', [
    float('fadd.d', '0000001 fs2 fs1 rm fd 1010011', 'fd, fs1, fs2, rm', 8),
    float('fcvt.d.l', '1101001 00010 rs1 rm fd 1010011', 'fd, rs1, rm', 8),
  ]),
  ...extension('Zbb', [unaryAlu('clz', '0110000 00000 rs1 001 rd 0010011', clz(rs1))]),
  ...extension('H', [
    system('hlv.w', '0110100 00000 rs1 100 rd 1110011', 'rd, (rs1)'),
    system('hfence.gvma', '0110001 rs2 rs1 000 00000 1110011', 'rs1, rs2'),
  ]),
]);
const decode = decoderFor(rows);

const wordOf = (bytes: Uint8Array) => new DataView(bytes.buffer).getUint32(0, true);

// Words from GNU as 2.40 with -march=rv64imafd_zbb and h (`objdump -d -M no-aliases` writes the text).
test.each<[text: string, word: number, operands: Operands, slots: Partial<Instruction>]>([
  ['flw fa5,-4(sp)', 0xffc12787, { fd: 15, rs1: 2, imm: -4 }, { rd: 15, rs1: 2, imm: -4 }],
  [
    'fmadd.s fa0,fa1,fa2,fa3',
    0x68c5f543,
    { fd: 10, fs1: 11, fs2: 12, fs3: 13, rm: 7 },
    { rd: 10, rs1: 11, rs2: 12, rs3: 13 },
  ],
  ['fadd.d ft0,fs1,fs11', 0x03b4f053, { fd: 0, fs1: 9, fs2: 27, rm: 7 }, { rd: 0, rs1: 9, rs2: 27 }],
  ['fadd.d ft0,fs1,fs11,rtz', 0x03b49053, { fd: 0, fs1: 9, fs2: 27, rm: 1 }, { rd: 0, rs1: 9, rs2: 27 }],
  ['fcvt.d.l fa0,a1,rup', 0xd225b553, { fd: 10, rs1: 11, rm: 3 }, { rd: 10, rs1: 11 }],
  ['clz a0,a1', 0x60059513, { rd: 10, rs1: 11 }, { rd: 10, rs1: 11 }],
  ['hlv.w a0,(a1)', 0x6805c573, { rd: 10, rs1: 11 }, { rd: 10, rs1: 11 }],
  ['hfence.gvma a0,a1', 0x62b50073, { rs1: 10, rs2: 11 }, { rs1: 10, rs2: 11 }],
])('%s', (text, word, operands, slots) => {
  const instruction = decode(word)!;
  expect(instruction).toMatchObject({ word, length: 4, ...slots });
  expect(encode(instruction.row, operands)).toBe(word);
  expect(disassembleInstruction(instruction)).toBe(text);
  expect(wordOf(assemble(text, { rows }).bytes)).toBe(word);
  expect(fieldOf(instruction.row, 'rm', word)).toBe(operands.rm);
});

test('a floating-point operand is not an integer one, and the other way round', () => {
  expect(() => assemble('fadd.d a0, fa1, fa2', { rows })).toThrow('should be "fadd.d fd, fs1, fs2, rm"');
  expect(() => assemble('clz fa0, fa1', { rows })).toThrow('should be "clz rd, rs1"');
});
