/** Multiplication and division, extension M 2.0: unprivileged manual, chapter "M". */
import {
  and,
  divS,
  divU,
  eq,
  low32,
  mul,
  mulhu,
  num,
  remS,
  remU,
  rs1,
  rs2,
  select,
  sext32,
  shrS,
  sub,
  type Expr,
} from './expr';
import { alu, extension } from './rows';

/** The high half of a signed product is that of the unsigned one, less the other factor for each factor that is negative. */
const ifNegative = (a: Expr, subtract: Expr) => and(shrS(a, num(63)), subtract);
const mulhsu = sub(mulhu(rs1, rs2), ifNegative(rs1, rs2));
const mulh = sub(mulhsu, ifNegative(rs2, rs1));

// "Division Operations": no traps. A divisor of 0 gives -1 and the dividend; -2^63 / -1 gives -2^63 and 0.
const overflows = (a: Expr, b: Expr) => and(eq(a, num(-(1n << 63n))), eq(b, num(-1)));
const div = (a: Expr, b: Expr) => select(eq(b, num(0)), num(-1), select(overflows(a, b), a, divS(a, b)));
const rem = (a: Expr, b: Expr) => select(eq(b, num(0)), a, select(overflows(a, b), num(0), remS(a, b)));
const divu = (a: Expr, b: Expr) => select(eq(b, num(0)), num(-1), divU(a, b));
const remu = (a: Expr, b: Expr) => select(eq(b, num(0)), a, remU(a, b));

export const M = extension('M', [
  alu('mul', '0000001 rs2 rs1 000 rd 0110011', mul(rs1, rs2)),
  alu('mulh', '0000001 rs2 rs1 001 rd 0110011', mulh),
  alu('mulhsu', '0000001 rs2 rs1 010 rd 0110011', mulhsu),
  alu('mulhu', '0000001 rs2 rs1 011 rd 0110011', mulhu(rs1, rs2)),
  alu('div', '0000001 rs2 rs1 100 rd 0110011', div(rs1, rs2)),
  alu('divu', '0000001 rs2 rs1 101 rd 0110011', divu(rs1, rs2)),
  alu('rem', '0000001 rs2 rs1 110 rd 0110011', rem(rs1, rs2)),
  alu('remu', '0000001 rs2 rs1 111 rd 0110011', remu(rs1, rs2)),

  // On 32 bits -2^31 / -1 does not overflow in 64 bits; sext32 wraps it to -2^31.
  alu('mulw', '0000001 rs2 rs1 000 rd 0111011', sext32(mul(rs1, rs2))),
  alu('divw', '0000001 rs2 rs1 100 rd 0111011', sext32(div(sext32(rs1), sext32(rs2)))),
  alu('divuw', '0000001 rs2 rs1 101 rd 0111011', sext32(divu(low32(rs1), low32(rs2)))),
  alu('remw', '0000001 rs2 rs1 110 rd 0111011', sext32(rem(sext32(rs1), sext32(rs2)))),
  alu('remuw', '0000001 rs2 rs1 111 rd 0111011', sext32(remu(low32(rs1), low32(rs2)))),
]);
