/** Atomic instructions, extension A 2.1: unprivileged manual, chapter "A". */
import { add, and, geS, geU, low32, ltS, ltU, old, or, rs2, select, sext32, xor, type Expr } from './expr';
import { amo, extension, loadReserved, storeConditional } from './rows';

/** A word AMO compares 32 bits of rs2; `old` is already sign-extended. */
const word = sext32(rs2);
const oldUnlessRs2 = (condition: Expr) => select(condition, old, rs2);

export const A = extension('A', [
  loadReserved('lr.w', '00010 aq rl 00000 rs1 010 rd 0101111', 4),
  storeConditional('sc.w', '00011 aq rl rs2 rs1 010 rd 0101111', 4),
  amo('amoswap.w', '00001 aq rl rs2 rs1 010 rd 0101111', 4, rs2),
  amo('amoadd.w', '00000 aq rl rs2 rs1 010 rd 0101111', 4, add(old, rs2)),
  amo('amoxor.w', '00100 aq rl rs2 rs1 010 rd 0101111', 4, xor(old, rs2)),
  amo('amoand.w', '01100 aq rl rs2 rs1 010 rd 0101111', 4, and(old, rs2)),
  amo('amoor.w', '01000 aq rl rs2 rs1 010 rd 0101111', 4, or(old, rs2)),
  amo('amomin.w', '10000 aq rl rs2 rs1 010 rd 0101111', 4, oldUnlessRs2(ltS(old, word))),
  amo('amomax.w', '10100 aq rl rs2 rs1 010 rd 0101111', 4, oldUnlessRs2(geS(old, word))),
  amo('amominu.w', '11000 aq rl rs2 rs1 010 rd 0101111', 4, oldUnlessRs2(ltU(low32(old), low32(rs2)))),
  amo('amomaxu.w', '11100 aq rl rs2 rs1 010 rd 0101111', 4, oldUnlessRs2(geU(low32(old), low32(rs2)))),

  loadReserved('lr.d', '00010 aq rl 00000 rs1 011 rd 0101111', 8),
  storeConditional('sc.d', '00011 aq rl rs2 rs1 011 rd 0101111', 8),
  amo('amoswap.d', '00001 aq rl rs2 rs1 011 rd 0101111', 8, rs2),
  amo('amoadd.d', '00000 aq rl rs2 rs1 011 rd 0101111', 8, add(old, rs2)),
  amo('amoxor.d', '00100 aq rl rs2 rs1 011 rd 0101111', 8, xor(old, rs2)),
  amo('amoand.d', '01100 aq rl rs2 rs1 011 rd 0101111', 8, and(old, rs2)),
  amo('amoor.d', '01000 aq rl rs2 rs1 011 rd 0101111', 8, or(old, rs2)),
  amo('amomin.d', '10000 aq rl rs2 rs1 011 rd 0101111', 8, oldUnlessRs2(ltS(old, rs2))),
  amo('amomax.d', '10100 aq rl rs2 rs1 011 rd 0101111', 8, oldUnlessRs2(geS(old, rs2))),
  amo('amominu.d', '11000 aq rl rs2 rs1 011 rd 0101111', 8, oldUnlessRs2(ltU(old, rs2))),
  amo('amomaxu.d', '11100 aq rl rs2 rs1 011 rd 0101111', 8, oldUnlessRs2(geU(old, rs2))),
]);
