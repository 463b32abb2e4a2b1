/** Which interrupt is taken next (Privileged, "Machine Interrupt (mip and mie) Registers"). */
import { Interrupt } from './cause';
import { Csr, Status } from './fields';
import { M, S } from './privilege';
import type { HartState } from './state';

/** Highest priority first, whoever handles them. */
const PRIORITY = [
  Interrupt.machineExternal,
  Interrupt.machineSoftware,
  Interrupt.machineTimer,
  Interrupt.supervisorExternal,
  Interrupt.supervisorSoftware,
  Interrupt.supervisorTimer,
];

/**
 * The interrupt that `hart` takes before its next instruction, or 0. `pending`: mip & mie (low 32 bits).
 * An interrupt for M-mode waits only for mstatus.MIE and only in M-mode; one delegated to S-mode waits for SIE in S-mode
 * and for a return to S or U in M-mode.
 */
export function nextInterrupt(hart: HartState, pending: number): number {
  const { privilege } = hart;
  const status = hart.low(Csr.mstatus);
  const delegated = hart.low(Csr.mideleg);
  const toM = privilege < M || status & Status.MIE ? pending & ~delegated : 0;
  const toS = privilege < S || (privilege === S && status & Status.SIE) ? pending & delegated : 0;
  const candidates = toM || toS; // any interrupt for M-mode comes before all for S-mode
  return PRIORITY.find((cause) => (candidates >>> cause) & 1) ?? 0;
}
