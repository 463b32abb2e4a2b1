/** Entering and leaving a trap handler: one algorithm, one bank of registers for each mode (Privileged, "Privilege and Global Interrupt-Enable Stack"). */
import { Csr, Status } from './fields';
import { M, S, type Privilege } from './privilege';
import type { HartState } from './state';

/** The registers and status bits of one mode's trap handling. `status` bits lie in the low half of the CSR. */
interface TrapBank {
  readonly privilege: Privilege;
  readonly status: number;
  readonly tvec: number;
  readonly epc: number;
  readonly cause: number;
  readonly tval: number;
  /** xIE: interrupts are enabled in this mode. */
  readonly enable: number;
  /** xPIE: what xIE was before the trap. */
  readonly previousEnable: number;
  /** xPP: the privilege before the trap, as a mask and its lowest bit's position. */
  readonly previousPrivilege: number;
  readonly previousPrivilegeAt: number;
}

const BANKS: Readonly<Record<typeof M | typeof S, TrapBank>> = {
  [M]: {
    privilege: M,
    status: Csr.mstatus,
    tvec: Csr.mtvec,
    epc: Csr.mepc,
    cause: Csr.mcause,
    tval: Csr.mtval,
    enable: Status.MIE,
    previousEnable: Status.MPIE,
    previousPrivilege: Status.MPP,
    previousPrivilegeAt: 11,
  },
  [S]: {
    privilege: S,
    status: Csr.mstatus, // sstatus is a view of it
    tvec: Csr.stvec,
    epc: Csr.sepc,
    cause: Csr.scause,
    tval: Csr.stval,
    enable: Status.SIE,
    previousEnable: Status.SPIE,
    previousPrivilege: Status.SPP,
    previousPrivilegeAt: 8,
  },
};

/**
 * Writes xepc, xcause, xtval and the status stack of mode `to` and sets pc to its handler. The caller then sets the privilege.
 * Runs at every trap, hence the 32-bit halves; `tval` is stored as it is.
 */
export function enterHandler(
  hart: HartState,
  to: typeof M | typeof S,
  cause: number,
  interrupt: boolean,
  tval: bigint,
): void {
  const bank = BANKS[to];
  const from = hart.privilege;
  hart.pcTo(bank.epc);
  hart.setLow(bank.cause, cause);
  hart.setHigh(bank.cause, interrupt ? 0x8000_0000 : 0);
  hart.setSlot(bank.tval, tval);

  const status = hart.low(bank.status);
  const kept = status & ~(bank.enable | bank.previousEnable | bank.previousPrivilege);
  const stacked = (status & bank.enable ? bank.previousEnable : 0) | (from << bank.previousPrivilegeAt);
  hart.setLow(bank.status, kept | stacked);

  hart.pcFrom(bank.tvec);
  const vectored = (hart.low(bank.tvec) & 3) === 1;
  hart.pcAlign();
  if (vectored && interrupt) hart.advance(4 * cause);
}

/** Undoes the status stack of mode `from` (mret, sret) and sets pc to xepc. Gives the privilege to return to. */
export function leaveHandler(hart: HartState, from: typeof M | typeof S): Privilege {
  const bank = BANKS[from];
  const status = hart.low(bank.status);
  const to = ((status & bank.previousPrivilege) >>> bank.previousPrivilegeAt) as Privilege;
  const kept = status & ~(bank.enable | bank.previousPrivilege) & (to === M ? -1 : ~Status.MPRV); // xPP = U, the least privilege
  hart.setLow(bank.status, kept | (status & bank.previousEnable ? bank.enable : 0) | bank.previousEnable);
  hart.pcFrom(bank.epc);
  return to;
}
