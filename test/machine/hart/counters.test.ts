/** mcycle, minstret and mcountinhibit (Privileged, "Hardware Performance Monitor"; Zicsr on writes to counters). */
import { CSR_NUMBERS } from '../../../src/machine/isa';
import { BASE, bench, word } from './bench-hart';

const nop = word('addi');
const read = (name: string, rd: number): number => word('csrrs', { rd, rs1: 0, csr: CSR_NUMBERS[name] });
const write = (name: string, rs1: number): number => word('csrrw', { rd: 0, rs1, csr: CSR_NUMBERS[name] });

test('a counter reads what happened before the reading instruction', () => {
  const { hart, code } = bench();
  code(BASE, nop, nop, read('minstret', 5), read('mcycle', 6), read('instret', 7), read('cycle', 8));
  hart.run(6);
  expect([hart.x[5], hart.x[6], hart.x[7], hart.x[8]]).toEqual([2n, 3n, 4n, 5n]);
});

test.each(['mcycle', 'minstret'])('%s: the next instruction reads exactly what was written', (name) => {
  const { hart, code } = bench();
  hart.setX(5, 0xffff_ffff_ffff_ffffn);
  code(BASE, nop, write(name, 5), read(name, 6), read(name, 7));
  hart.run(4);
  expect([hart.x[6], hart.x[7]]).toEqual([0xffff_ffff_ffff_ffffn, 0n]); // and wraps
});

test('a write from outside takes effect at once', () => {
  const { hart, code } = bench();
  code(BASE, nop, nop);
  hart.run(2);
  hart.csr.write('minstret', 100n);
  expect(hart.csr.read('instret')).toBe(100n);
});

test('an instruction that raises an exception takes a cycle but does not retire', () => {
  const { hart, code } = bench();
  hart.csr.write('mtvec', BASE + 0x100n);
  code(BASE, nop, word('ecall'));
  code(BASE + 0x100n, nop, word('ebreak'));
  hart.run(4);
  expect([hart.csr.read('mcycle'), hart.csr.read('minstret')]).toEqual([4n, 2n]);
});

test('an interrupt changes neither', () => {
  const { hart, code } = bench();
  hart.csr.write('mtvec', BASE);
  hart.csr.write('mie', 8n);
  hart.csr.write('mstatus', 8n);
  hart.setInterrupt(3, true);
  code(BASE, nop);
  hart.run(1);
  expect([hart.csr.read('mcycle'), hart.csr.read('minstret')]).toEqual([1n, 1n]);
});

test('mcountinhibit stops each counter and lets it go on from where it was', () => {
  const { hart, code } = bench();
  code(BASE, nop, nop, nop, nop, nop, nop);
  hart.run(2);
  hart.csr.write('mcountinhibit', 4n); // IR
  hart.run(2);
  expect([hart.csr.read('mcycle'), hart.csr.read('minstret')]).toEqual([4n, 2n]);
  hart.csr.write('mcountinhibit', 1n); // CY
  hart.run(1);
  expect([hart.csr.read('mcycle'), hart.csr.read('minstret')]).toEqual([4n, 3n]);
  hart.csr.write('mcycle', 50n);
  hart.run(1);
  expect([hart.csr.read('mcycle'), hart.csr.read('minstret')]).toEqual([50n, 4n]);
});
