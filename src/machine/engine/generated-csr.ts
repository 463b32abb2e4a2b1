/** Which CSRs generated code accesses by itself, and how. */
import type { CsrRow } from '../hart/csr-row';
import type { Place } from './access';
import { emitStatusCsr } from './status-csr';
import { emitStorageCsr, GUEST_TWIN, type CsrOperands, type CsrSemantics } from './storage-csr';
import { emitTimeCsr } from './time-csr';

/** A record has 16 bits for them. */
const MOST_ZERO_BITS = 0xffffn;

const isSupervisors = ({ number }: CsrRow): boolean => ((number >> 8) & 3) === 1;

/** As mere storage, some bits of which, among the low 16, always read 0; as sstatus; or as time. */
export type GeneratedCsr =
  { readonly kind: 'storage'; readonly zeroBits: number } | { readonly kind: 'status' } | { readonly kind: 'time' };
export type CsrKind = GeneratedCsr['kind'];

/** The kinds that an instruction with this meaning may access. */
export const kindsFor = ({ op, immediate }: CsrSemantics): readonly CsrKind[] => {
  if (op === 'swap') return ['storage'];
  return op === 'set' && !immediate ? ['storage', 'status', 'time'] : ['storage', 'status'];
};

/** How an instruction with this rs1 accesses the CSR. Undefined: TypeScript does it. */
export function generatedCsr(csr: CsrRow | undefined, does: CsrSemantics, rs1: number): GeneratedCsr | undefined {
  const kinds = kindsFor(does);
  if (csr?.isStatus && kinds.includes('status')) return { kind: 'status' };
  if (csr?.isTime && kinds.includes('time') && rs1 === 0) return { kind: 'time' };
  const zeroBits = zeroBitsOf(csr);
  return zeroBits === undefined ? undefined : { kind: 'storage', zeroBits };
}

function zeroBitsOf(csr: CsrRow | undefined): number | undefined {
  if (csr?.storage === undefined || csr.rules) return undefined;
  if (isSupervisors(csr) && csr.guestTwin !== csr.number + GUEST_TWIN) return undefined;
  const zeros = BigInt.asUintN(64, ~csr.storage);
  return zeros <= MOST_ZERO_BITS ? Number(zeros) : undefined;
}

/** The code of a `csr` row for a CSR of this kind. */
export function emitCsr(place: Place, kind: CsrKind, does: CsrSemantics, operands: CsrOperands): void {
  if (kind === 'time') emitTimeCsr(place);
  else if (kind === 'status') emitStatusCsr(place, does, operands);
  else emitStorageCsr(place, does, operands);
}
