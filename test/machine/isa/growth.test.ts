/** The row format carries what later issues add: one row each of B and H, written by hand, decoded, encoded, assembled and disassembled. */
import {
  assemble,
  clz,
  decoderFor,
  disassembleInstruction,
  encode,
  numberRows,
  rs1,
  type Instruction,
  type Operands,
} from '../../../src/machine/isa';
import { extension, system, unaryAlu } from '../../../src/machine/isa/rows';

const rows = numberRows([
  ...extension('Zbb', [unaryAlu('clz', '0110000 00000 rs1 001 rd 0010011', clz(rs1))]),
  ...extension('H', [
    system('hlv.w', '0110100 00000 rs1 100 rd 1110011', 'rd, (rs1)'),
    system('hfence.gvma', '0110001 rs2 rs1 000 00000 1110011', 'rs1, rs2'),
  ]),
]);
const decode = decoderFor(rows);

const wordOf = (bytes: Uint8Array) => new DataView(bytes.buffer).getUint32(0, true);

// Words from GNU as 2.40 with -march=rv64ima_zbb and h (`objdump -d -M no-aliases` writes the text).
test.each<[text: string, word: number, operands: Operands, slots: Partial<Instruction>]>([
  ['clz a0,a1', 0x60059513, { rd: 10, rs1: 11 }, { rd: 10, rs1: 11 }],
  ['hlv.w a0,(a1)', 0x6805c573, { rd: 10, rs1: 11 }, { rd: 10, rs1: 11 }],
  ['hfence.gvma a0,a1', 0x62b50073, { rs1: 10, rs2: 11 }, { rs1: 10, rs2: 11 }],
])('%s', (text, word, operands, slots) => {
  const instruction = decode(word)!;
  expect(instruction).toMatchObject({ word, length: 4, ...slots });
  expect(encode(instruction.row, operands)).toBe(word);
  expect(disassembleInstruction(instruction)).toBe(text);
  expect(wordOf(assemble(text, { rows }).bytes)).toBe(word);
});
