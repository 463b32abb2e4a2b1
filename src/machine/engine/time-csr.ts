/** time: generated code reads it, as kernels do at each turn of a waiting loop and each change of processes (Privileged, "Counter-Enable Registers"). */
import { Csr } from '../hart/fields';
import { INSTRUCTIONS_PER_TICK } from '../hart/ports';
import { U } from '../hart/privilege';
import type { Place } from './access';
import { HART } from './layout';

/** TM, bit 1 of each counteren register. */
const TM = 2;

/** The code of `csrrs rd, time, x0`. Gives up where not all modes above have opened it, and so in most M-modes. */
export function emitTimeCsr(place: Place): void {
  const { code, hart, pushHart } = place;
  const csr = (number: number) => (): unknown => code.wat`${pushHart} i32.load offset=${hart + HART.CSR + 8 * number}`;
  code.wat`
    ${csr(Csr.mcounteren)}
    ${csr(Csr.hcounteren)} ${pushHart} i32.load offset=${hart + HART.VIRTUAL} i32.const 1 i32.sub i32.or i32.and
    ${csr(Csr.scounteren)} i32.const 0 ${pushHart} i32.load offset=${hart + HART.PRIVILEGE} i32.const ${U} i32.ne i32.sub i32.or i32.and
    i32.const ${TM} i32.and i32.eqz`;
  code.if(() => place.giveUp());
  place.setRd(() => {
    code.wat`
      ${pushHart} i64.load offset=${hart + HART.TICKS}
      ${pushHart} i32.load offset=${hart + HART.SLICE_END} ${() => place.pushBudget()} i32.sub
      i32.const ${INSTRUCTIONS_PER_TICK} i32.div_u i64.extend_i32_u i64.add
      ${pushHart} i64.load offset=${hart + HART.CSR + 8 * Csr.htimedelta}
      ${pushHart} i64.load32_u offset=${hart + HART.VIRTUAL} i64.mul i64.add`;
  });
}
