/** Conditional zeroing, Zicond 1.0.0: unprivileged manual, chapter "Zicond". */
import { eq, ne, num, rs1, rs2, select } from './expr';
import { alu, extension } from './rows';

export const ZICOND = extension('Zicond', [
  alu('czero.eqz', '0000111 rs2 rs1 101 rd 0110011', select(eq(rs2, num(0)), num(0), rs1)),
  alu('czero.nez', '0000111 rs2 rs1 111 rd 0110011', select(ne(rs2, num(0)), num(0), rs1)),
]);
