/** sstatus, and vsstatus in its place in guests: generated code reads it, and switches interrupts off and on as kernels do all the time. */
import { Csr, SD, SSTATUS_BITS, Status } from '../hart/fields';
import { S } from '../hart/privilege';
import type { Place } from './access';
import { HART } from './layout';
import type { CsrOperands, CsrSemantics } from './storage-csr';

/**
 * The code of a row that sets or clears bits of sstatus. Gives up where more would follow than storing: bits other than SIE, an
 * interrupt that is let through, and a privilege that is too low.
 */
export function emitStatusCsr(place: Place, does: CsrSemantics, { source }: CsrOperands): void {
  const { code, hart, entry, value, address } = place;
  const csr = (number: number) => (): unknown =>
    code.wat`${place.pushHart} i32.load offset=${hart + HART.CSR + 8 * number}`;
  code.wat`
    ${() => source(does.immediate)} local.tee ${address} i64.const ${~BigInt(Status.SIE)} i64.and i64.eqz i32.eqz
    ${place.pushHart} i32.load offset=${hart + HART.PRIVILEGE} i32.const ${S} i32.lt_u i32.or`;
  if (does.op === 'set') {
    code.wat`
      ${csr(Csr.mip)} ${csr(Csr.hvip)} i32.or ${place.pushHart} i32.load offset=${hart + HART.LINES} i32.or
      ${csr(Csr.mie)} i32.and i32.const 0 i32.ne local.get ${address} i64.const 0 i64.ne i32.and i32.or`;
  }
  code.if(() => place.giveUp());
  code.wat`
    ${place.pushHart}
    i32.const ${8 * Csr.mstatus}
    ${place.pushHart} i32.load offset=${hart + HART.VIRTUAL} i32.const ${8 * (Csr.vsstatus - Csr.mstatus)} i32.mul i32.add
    i32.add local.tee ${entry} i64.load offset=${hart + HART.CSR} local.set ${value}
    local.get ${entry} local.get ${value} local.get ${address}`;
  if (does.op === 'set') code.wat`i64.or`;
  else code.wat`i64.const -1 i64.xor i64.and`;
  code.wat`i64.store offset=${hart + HART.CSR}`;
  place.setRd(() => {
    code.wat`
      local.get ${value} i64.const ${BigInt.asIntN(64, SSTATUS_BITS)} i64.and
      i64.const ${BigInt.asIntN(64, SD)} i64.const 0
      local.get ${value} i64.const ${Status.FS} i64.and i64.const ${Status.FS} i64.eq select i64.or`;
  });
}
