/** What all instructions of F and D share in generated code: the test of mstatus.FS, and exceptions. */
import type { Expr } from '../isa/expr';
import { Csr } from '../hart/fields';
import type { Place } from './access';
import { emit } from './emit';
import { HART } from './layout';

const FCSR = HART.CSR + 8 * Csr.fcsr;

/** Leaves the instruction to TypeScript unless FS is Dirty: it may be illegal, or change FS. */
export function requireFloat(place: Place): void {
  place.code.wat`${place.pushHart} i32.load offset=${place.hart + HART.FLOAT} i32.const 1 i32.and i32.eqz`;
  place.code.if(() => place.giveUp());
}

/** fflags |= the value of `flags`, which are not NX: HART.FLOAT follows that one. */
export function emitFlags(place: Place, flags: Expr): void {
  const { code, pushHart, hart } = place;
  code.wat`
    ${pushHart}
    ${pushHart} i64.load8_u offset=${hart + FCSR} ${() => emit(code, flags, place)} i64.or
    i64.store8 offset=${hart + FCSR}`;
}
