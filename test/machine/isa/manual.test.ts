/** Rows whose results QEMU 7.2 cannot tell (test/oracle/qemu-differences.ts), by the manual's sentences. */
import { bench, BASE, word } from '../hart/bench-hart';

const VALUE = 0x8000_0000_0000_0001n;

// "Zicond": czero.eqz "moves zero to a register rd, if the condition rs2 is equal to zero, otherwise moves rs1 to rd".
test.each([
  ['czero.eqz', 0n, 0n],
  ['czero.eqz', 1n, VALUE],
  ['czero.eqz', 1n << 63n, VALUE],
  ['czero.nez', 0n, VALUE],
  ['czero.nez', 1n, 0n],
  ['czero.nez', 1n << 63n, 0n],
])('%s with a condition of %i', (name, condition, result) => {
  const { hart, code } = bench();
  code(BASE, word(name, { rd: 12, rs1: 10, rs2: 11 }));
  hart.setX(10, VALUE);
  hart.setX(11, condition);
  hart.run(1);
  expect(hart.x[12]).toBe(result);
});

// "Zbb", ctzw: "if the least-significant word is 0, the output is 32".
test.each([
  [0n, 32n],
  [1n, 0n],
  [0x8000_0000n, 31n],
  [0x1_0000_0000n, 32n],
  [0x8000_0000_0000_0000n, 32n],
])('ctzw of %i is %i', (value, zeros) => {
  const { hart, code } = bench();
  code(BASE, word('ctzw', { rd: 12, rs1: 10 }));
  hart.setX(10, value);
  hart.run(1);
  expect(hart.x[12]).toBe(zeros);
});
