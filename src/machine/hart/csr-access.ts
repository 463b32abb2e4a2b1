/** Who may access a CSR: by its number, and by what more privileged modes have opened (Privileged, "CSR Address Mapping Conventions"; the list of cases under "Trap Cause Codes" of the hypervisor extension). */
import { Exception } from './cause';
import type { AccessRules, CsrHart, CsrRow } from './csr-row';
import { refusal } from './permission';
import { M, U } from './privilege';

/** The cause of the exception for an access in the hart's present mode, or undefined: it is permitted. */
export function refusalOfAccess(hart: CsrHart, row: CsrRow, writes: boolean): number | undefined {
  const { rules = NO_RULES } = row;
  if ((writes && isReadOnly(row)) || rules.switchedOff?.(hart)) return Exception.illegalInstruction;
  if (hart.privilege === M) return undefined;
  if (rules.closedByMachine?.(hart)) return Exception.illegalInstruction; // in HS-mode too: it is not "HS-qualified"
  return refusal(hart, row.demand) ?? refusalToGuest(hart, rules) ?? refusalToUser(hart, rules);
}

/** Bits 11:10 of the number. */
const isReadOnly = ({ number }: CsrRow): boolean => number >> 10 === 3;

const NO_RULES: AccessRules = {};

const refusalToGuest = (hart: CsrHart, rules: AccessRules): number | undefined =>
  hart.inGuest && rules.closedByHypervisor?.(hart) ? Exception.virtualInstruction : undefined;

function refusalToUser(hart: CsrHart, rules: AccessRules): number | undefined {
  if (hart.privilege !== U || !rules.closedBySupervisor?.(hart)) return undefined;
  return hart.inGuest ? Exception.virtualInstruction : Exception.illegalInstruction;
}
