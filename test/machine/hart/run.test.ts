/** Running instructions for a budget: what begins, what is counted, and why a run ends. */
import { BASE, bench, openMemory, word } from './bench-hart';

const nop = word('addi', { rd: 0, rs1: 0, imm: 0 });

test('begins exactly the budget and counts it', () => {
  const { hart, code } = bench();
  code(BASE, word('addi', { rd: 5, rs1: 0, imm: 7 }), word('addi', { rd: 5, rs1: 5, imm: -8 }), nop);
  expect(hart.run(2)).toEqual({ why: 'budget' });
  expect(hart.x[5]).toBe(0xffff_ffff_ffff_ffffn);
  expect(hart.pc).toBe(BASE + 8n);
  expect(hart.begun).toBe(2);
});

test('an ecall from U-mode that is delegated arrives at a native S-mode with the registers written', () => {
  const { hart, code } = bench({ nativeMode: 'S' });
  openMemory(hart);
  code(BASE, nop, word('ecall'));
  hart.csr.write('medeleg', 1n << 8n);
  hart.mode = 'S';
  hart.csr.write('sepc', BASE);
  hart.csr.write('stvec', 0x1234n << 2n);
  expect(hart.run(100)).toEqual({ why: 'trap', to: 'S' });
  expect(hart.csr.read('scause')).toBe(8n);
  expect(hart.csr.read('sepc')).toBe(BASE + 4n);
  expect(hart.pc).toBe(0x1234n << 2n);
  expect(hart.mode).toBe('S');
  expect(hart.begun).toBe(2);
});
