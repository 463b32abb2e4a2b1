/** Disassembly: the ways to write targets and symbols, and words that are no instruction. Every row's text is judged by test/oracle. */
import { decode, disassemble, Symbols } from '../../../src/machine/isa';
import { random32 } from './random';

const symbols = new Symbols([
  ['loop', 0x80000000n],
  ['end', 0x80000100n],
]);

// Words from GNU as.
test.each<[number, string, string]>([
  [0x00150513, 'addi a0,a0,1', 'addi a0,a0,1'],
  [0x00008067, 'jalr zero,0(ra)', 'ret'],
  [0x00500513, 'addi a0,zero,5', 'li a0,5'],
  [0x4515, 'c.li a0,5', 'li a0,5'],
  [0x8082, 'c.jr ra', 'ret'],
  [0x30059573, 'csrrw a0,mstatus,a1', 'csrrw a0,mstatus,a1'],
  [0xc0102573, 'csrrs a0,time,zero', 'rdtime a0'],
  [0x1ec5b52f, 'sc.d.aqrl a0,a2,(a1)', 'sc.d.aqrl a0,a2,(a1)'],
  [0x12000073, 'sfence.vma zero,zero', 'sfence.vma'],
  [0x0000, '.half 0x0', '.half 0x0'],
  [0xffffffff, '.word 0xffffffff', '.word 0xffffffff'],
])('%p is %s, with aliases %s', (word, canonical, short) => {
  expect(disassemble(word)).toBe(canonical);
  expect(disassemble(word, { aliases: true })).toBe(short);
});

test('a target is relative without a pc, an address with one, and has a symbol if there is one', () => {
  const jump = 0x0100006f; // jal zero,.+16
  expect(disassemble(jump)).toBe('jal zero,.+16');
  expect(disassemble(0xff1ff06f)).toBe('jal zero,.-16');
  expect(disassemble(jump, { pc: 0x80000000n })).toBe('jal zero,0x80000010');
  expect(disassemble(jump, { pc: 0x80000000n, symbols })).toBe('jal zero,0x80000010 <loop+0x10>');
  expect(disassemble(jump, { pc: 0x800000f0n, symbols })).toBe('jal zero,0x80000100 <end>');
  expect(disassemble(jump, { pc: 0x100n, symbols })).toBe('jal zero,0x110');
  expect(disassemble(jump, { pc: 2n ** 64n - 4n })).toBe('jal zero,0xc');
});

test('any word has a text', () => {
  const random = random32(17);
  for (let i = 0; i < 50_000; i++) {
    const word = random();
    const data = disassemble(word).startsWith('.');
    if (data !== (decode(word) === undefined)) throw new Error(`0x${word.toString(16)}: ${disassemble(word)}`);
  }
});
