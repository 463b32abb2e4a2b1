/** CSRs that are nothing but a register (sscratch, sepc, ...) in generated code: half the cost of a trap handler. */
import type { Semantics } from '../isa/row';
import type { Place } from './access';
import { HART } from './layout';

export type CsrSemantics = Extract<Semantics, { kind: 'csr' }>;

/** From the number of a supervisor CSR to that of its twin in VS-mode. */
export const GUEST_TWIN = 0x100;

/** The operands of a CSR instruction, from the record or as constants. */
export interface CsrOperands {
  /** Pushes the CSR's number, i32. */
  number(): void;
  /** Pushes the bits that stay 0, i64. */
  zeroBits(): void;
  /** Pushes rs1's value or the 5-bit immediate, i64. */
  source(immediate: boolean): void;
}

/** The code of a `csr` row for a CSR that is mere storage; gives up if the privilege is too low. */
export function emitStorageCsr(place: Place, does: CsrSemantics, operands: CsrOperands): void {
  const { code, hart, entry, value } = place;
  // Bits 9:8 of the number are the lowest privilege (Privileged, "CSR Address Mapping Conventions").
  code.wat`
    ${place.pushHart} i32.load offset=${hart + HART.PRIVILEGE}
    ${operands.number} i32.const 8 i32.shr_u i32.const 3 i32.and i32.lt_u`;
  code.if(() => place.giveUp());
  // With V = 1 a guest is meant, whose registers are those of S-mode with numbers higher by GUEST_TWIN.
  code.wat`
    ${place.pushHart}
    ${place.pushHart} i32.load offset=${hart + HART.VIRTUAL} i32.const ${GUEST_TWIN} i32.mul
    ${operands.number} i32.add i32.const 3 i32.shl i32.add local.tee ${entry} i64.load offset=${hart + HART.CSR} local.set ${value}
    local.get ${entry} ${() => pushUpdated(place, does, operands)}
    ${operands.zeroBits} i64.const -1 i64.xor i64.and i64.store offset=${hart + HART.CSR}`;
  place.setRd(() => code.wat`local.get ${value}`);
}

/** Pushes the CSR's new value; `place.value` holds the old one. */
function pushUpdated({ code, value }: Place, { op, immediate }: CsrSemantics, operands: CsrOperands): void {
  const source = (): void => operands.source(immediate);
  if (op === 'swap') source();
  if (op === 'set') code.wat`local.get ${value} ${source} i64.or`;
  if (op === 'clear') code.wat`local.get ${value} ${source} i64.const -1 i64.xor i64.and`;
}
