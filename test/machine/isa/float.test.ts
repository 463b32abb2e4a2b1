/** The rows of F and D: their operands, decoded, encoded, assembled and disassembled; and what is reserved. */
import {
  assemble,
  decode,
  decoderOf,
  disassembleInstruction,
  encode,
  fieldOf,
  parseIsa,
  rowByName,
  type Instruction,
  type Operands,
} from '../../../src/machine/isa';

const wordOf = (bytes: Uint8Array) => new DataView(bytes.buffer).getUint32(0, true);

// Words from GNU as 2.40 with -march=rv64imafd (`objdump -d -M no-aliases` writes the text).
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
])('%s', (text, word, operands, slots) => {
  const instruction = decode(word)!;
  expect(instruction).toMatchObject({ word, length: 4, ...slots });
  expect(encode(instruction.row, operands)).toBe(word);
  expect(disassembleInstruction(instruction)).toBe(text);
  expect(wordOf(assemble(text).bytes)).toBe(word);
  expect(fieldOf(instruction.row, 'rm', word)).toBe(operands.rm);
});

test('a floating-point operand is not an integer one, and the other way round', () => {
  expect(() => assemble('fadd.d a0, fa1, fa2')).toThrow('should be "fadd.d fd, fs1, fs2, rm"');
  expect(() => assemble('clz fa0, fa1')).toThrow('should be "clz rd, rs1"');
});

test('the rounding modes 5 and 6 are reserved (Unprivileged, "Rounding mode encoding")', () => {
  const word = encode(rowByName('fadd.d'), { fd: 1, fs1: 2, fs2: 3 });
  const legal = [0, 1, 2, 3, 4, 5, 6, 7].filter((rm) => decode((word | (rm << 12)) >>> 0));
  expect(legal).toEqual([0, 1, 2, 3, 4, 7]);
});

test('D is F too; without D, its instructions and their compressed forms are illegal', () => {
  const [fadd, flw, fld] = ['fadd.d', 'flw', 'c.fld'].map((name) => rowByName(name).match);
  const known = (isa: string) => [fadd, flw, fld].map((word) => decoderOf(parseIsa(isa))(word) !== undefined);
  expect(known('rv64imacd')).toEqual([true, true, true]);
  expect(known('rv64imafc')).toEqual([false, true, false]);
  expect(known('rv64imac')).toEqual([false, false, false]);
});
