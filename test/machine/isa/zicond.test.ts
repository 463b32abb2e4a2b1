/** Conditional zeroing. Unprivileged, "Zicond": czero.eqz "moves zero to a register rd, if the condition rs2 is equal to zero, otherwise moves rs1 to rd". */
import { bench, BASE, word } from '../hart/bench-hart';

const VALUE = 0x8000_0000_0000_0001n;

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
