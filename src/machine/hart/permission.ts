/**
 * Whether the present mode may execute a privileged instruction or access a CSR, and if not, with which exception: the illegal
 * instruction (2), or in a guest the virtual instruction (22) where only the guest's hypervisor, or its own supervisor, stands in
 * the way (Privileged, "Trap Cause Codes" of the hypervisor extension).
 */
import { Exception } from './cause';
import { Csr, HypervisorStatus, Status } from './fields';
import { M, S, U, type Privilege } from './privilege';
import type { HartState } from './state';

/** "H" as in bits 9:8 of a CSR's number: for HS-mode and M-mode only, not for guests. */
export const H = 2;

/** What an instruction or a CSR demands. */
export interface Demand {
  /** The lowest privilege; also bits 9:8 of a CSR's number. */
  readonly level: Privilege | typeof H;
  /** The bit of mstatus that closes it to HS-mode (TVM, TSR). */
  readonly closedByMachine?: number;
  /** The bit of hstatus that closes it to VS-mode (VTVM, VTSR). */
  readonly closedByHypervisor?: number;
}

/** The cause of the exception, or undefined: it is permitted. */
export function refusal(
  hart: HartState,
  { level, closedByMachine = 0, closedByHypervisor = 0 }: Demand,
): number | undefined {
  if (hart.privilege === M) return undefined;
  if (level === M) return Exception.illegalInstruction;
  if (hart.inGuest) {
    // HS-mode could do it: "HS-qualified". mstatus.TSR and TVM "are ignored for determining exceptions in VS-mode".
    const refused = level === H || (hart.privilege === U && level !== U) || hart.low(Csr.hstatus) & closedByHypervisor;
    return refused ? Exception.virtualInstruction : undefined;
  }
  const refused = hart.privilege === U ? level !== U : hart.low(Csr.mstatus) & closedByMachine;
  return refused ? Exception.illegalInstruction : undefined;
}

/** For wfi: mstatus.TW closes it to all modes below M, hstatus.VTW to VS-mode. Both act at once, without a time limit. */
export function refusalOfWait(hart: HartState): number | undefined {
  if (hart.privilege !== M && hart.low(Csr.mstatus) & Status.TW) return Exception.illegalInstruction;
  return refusal(hart, { level: S, closedByHypervisor: HypervisorStatus.VTW });
}

const FOR_USERS: Demand = { level: U };
const FOR_HYPERVISORS: Demand = { level: H };

/** For hlv, hlvx and hsv: hstatus.HU opens them to U-mode. */
export function refusalOfGuestAccess(hart: HartState): number | undefined {
  const isOpenToUser = !hart.inGuest && (hart.low(Csr.hstatus) & HypervisorStatus.HU) !== 0;
  return refusal(hart, isOpenToUser ? FOR_USERS : FOR_HYPERVISORS);
}

/** For what `bits` of menvcfg, henvcfg and senvcfg allow: each level needs it from those above ("Cache-Block Management Instructions", and its like). */
export function refusalByEnvironment(hart: HartState, bits: number): number | undefined {
  const allows = (csr: number): boolean => (hart.low(csr) & bits) !== 0;
  const isUser = hart.privilege === U;
  if (hart.privilege === M) return undefined;
  if (!allows(Csr.menvcfg)) return Exception.illegalInstruction;
  if (hart.inGuest) {
    return allows(Csr.henvcfg) && (!isUser || allows(Csr.senvcfg)) ? undefined : Exception.virtualInstruction;
  }
  return isUser && !allows(Csr.senvcfg) ? Exception.illegalInstruction : undefined;
}
