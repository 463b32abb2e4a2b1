/** CSRs that are nothing but a register (sscratch, sepc, ...): generated code reads and writes them itself, which halves the cost of a trap handler. */
import type { CsrRow } from '../hart/csr-row';
import type { Semantics } from '../isa/row';
import type { Place } from './access';
import { HART } from './layout';

type CsrSemantics = Extract<Semantics, { kind: 'csr' }>;

/** A record has 16 bits for them. */
const MOST_ZERO_BITS = 0xffffn;

/** The bits of a CSR that always read 0, if generated code may access it; they must be among the low 16. */
export function zeroBitsOf(csr: CsrRow | undefined): number | undefined {
  if (csr?.storage === undefined || csr.allowed) return undefined;
  const zeros = BigInt.asUintN(64, ~csr.storage);
  return zeros <= MOST_ZERO_BITS ? Number(zeros) : undefined;
}

/** The operands of such an instruction, from the record or as constants. */
export interface CsrOperands {
  /** Pushes the CSR's number, i32. */
  number(): void;
  /** Pushes the bits that stay 0, i64. */
  zeroBits(): void;
  /** Pushes rs1's value or the 5-bit immediate, i64. */
  source(immediate: boolean): void;
}

/** The code of a `csr` row for a CSR that `zeroBitsOf` accepts; gives up if the privilege is too low. */
export function emitStorageCsr(place: Place, does: CsrSemantics, operands: CsrOperands): void {
  const { code, hart, entry, value } = place;
  // Bits 9:8 of the number are the lowest privilege (Privileged, "CSR Address Mapping Conventions").
  code.i32(0).memory('i32.load', hart + HART.PRIVILEGE);
  operands.number();
  code.i32(8).op('i32.shr_u').i32(3).op('i32.and', 'i32.lt_u');
  code.if(() => place.giveUp());

  operands.number();
  code
    .i32(3)
    .op('i32.shl')
    .tee(entry)
    .memory('i64.load', hart + HART.CSR)
    .set(value);
  code.get(entry);
  emitUpdate(place, does, operands);
  operands.zeroBits();
  code
    .i64(-1)
    .op('i64.xor', 'i64.and')
    .memory('i64.store', hart + HART.CSR);
  place.setRd(() => code.get(value));
}

/** Pushes the CSR's new value; `place.value` holds the old one. */
function emitUpdate({ code, value }: Place, does: CsrSemantics, operands: CsrOperands): void {
  if (does.op !== 'swap') code.get(value);
  operands.source(does.immediate);
  if (does.op === 'set') code.op('i64.or');
  if (does.op === 'clear') code.i64(-1).op('i64.xor', 'i64.and');
}
