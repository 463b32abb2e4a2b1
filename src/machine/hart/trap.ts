/** Entering and leaving a trap handler: one algorithm, one bank of registers for each mode (Privileged, "Privilege and Global Interrupt-Enable Stack", and "Trap Entry" and "Trap Return" of the hypervisor extension). */
import { Csr, GuestStatus, HypervisorStatus, Status } from './fields';
import { M, modeOf, S, type HandlerMode, type Mode, type Privilege } from './privilege';
import type { HartState } from './state';

/** The registers and status bits of one mode's trap handling. `status` bits lie in the low half of the CSR. */
interface TrapBank {
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
  /** What a handler outside of guests learns about them; VS-mode has nothing of it. */
  readonly guest?: {
    /** The half CSR with the bits of GuestStatus: see HartState.word. */
    readonly status: number;
    readonly tval2: number;
    readonly tinst: number;
  };
}

const SUPERVISOR = {
  enable: Status.SIE,
  previousEnable: Status.SPIE,
  previousPrivilege: Status.SPP,
  previousPrivilegeAt: 8,
};

const BANKS: Readonly<Record<HandlerMode, TrapBank>> = {
  M: {
    status: Csr.mstatus,
    tvec: Csr.mtvec,
    epc: Csr.mepc,
    cause: Csr.mcause,
    tval: Csr.mtval,
    enable: Status.MIE,
    previousEnable: Status.MPIE,
    previousPrivilege: Status.MPP,
    previousPrivilegeAt: 11,
    guest: { status: 2 * Csr.mstatus + 1, tval2: Csr.mtval2, tinst: Csr.mtinst },
  },
  S: {
    status: Csr.mstatus, // sstatus is a view of it
    tvec: Csr.stvec,
    epc: Csr.sepc,
    cause: Csr.scause,
    tval: Csr.stval,
    ...SUPERVISOR,
    guest: { status: 2 * Csr.hstatus, tval2: Csr.htval, tinst: Csr.htinst },
  },
  VS: {
    status: Csr.vsstatus,
    tvec: Csr.vstvec,
    epc: Csr.vsepc,
    cause: Csr.vscause,
    tval: Csr.vstval,
    ...SUPERVISOR,
  },
};

/** What is written about a trap; 64-bit values unsigned. */
export interface TrapRecord {
  readonly cause: number;
  readonly interrupt: boolean;
  readonly tval: bigint;
  /** tval is a guest virtual address. */
  readonly gva: boolean;
  /** For htval or mtval2: a guest physical address >> 2, or 0. */
  readonly tval2: bigint;
  /** For htinst or mtinst. */
  readonly tinst: bigint;
}

/**
 * Writes the CSRs of mode `to` and its status stack, and sets pc to its handler. The caller then sets the mode.
 * Runs at every trap, hence the 32-bit halves.
 */
export function enterHandler(hart: HartState, to: HandlerMode, trap: TrapRecord): void {
  const bank = BANKS[to];
  // "When a virtual supervisor external interrupt (code 10) is delegated to VS-mode, it is automatically translated (...) into a
  // supervisor external interrupt (code 9)"; likewise 6 into 5 and 2 into 1.
  const cause = to === 'VS' && trap.interrupt ? trap.cause - 1 : trap.cause;
  hart.pcTo(bank.epc);
  hart.setLow(bank.cause, cause);
  hart.setHigh(bank.cause, trap.interrupt ? 0x8000_0000 : 0);
  hart.setSlot(bank.tval, trap.tval);

  const status = hart.low(bank.status);
  const kept = status & ~(bank.enable | bank.previousEnable | bank.previousPrivilege);
  const stacked = (status & bank.enable ? bank.previousEnable : 0) | (hart.privilege << bank.previousPrivilegeAt);
  hart.setLow(bank.status, kept | stacked);
  if (bank.guest) writeGuest(hart, bank.guest, trap);
  if (to === 'S' && hart.inGuest) {
    const others = hart.low(Csr.hstatus) & ~HypervisorStatus.SPVP;
    hart.setLow(Csr.hstatus, others | (hart.privilege === S ? HypervisorStatus.SPVP : 0));
  }

  hart.pcFrom(bank.tvec);
  const vectored = (hart.low(bank.tvec) & 3) === 1;
  hart.pcAlign();
  if (vectored && trap.interrupt) hart.advance(4 * cause);
}

function writeGuest(hart: HartState, guest: NonNullable<TrapBank['guest']>, { gva, tval2, tinst }: TrapRecord): void {
  const kept = hart.word(guest.status) & ~(GuestStatus.GVA | GuestStatus.PV);
  hart.setWord(guest.status, kept | (gva ? GuestStatus.GVA : 0) | (hart.inGuest ? GuestStatus.PV : 0));
  hart.setSlot(guest.tval2, tval2);
  hart.setSlot(guest.tinst, tinst);
}

/** Undoes the status stack of mode `from` (mret, sret) and sets pc to xepc. Gives the mode to return to. */
export function leaveHandler(hart: HartState, from: HandlerMode): Mode {
  const bank = BANKS[from];
  const status = hart.low(bank.status);
  const to = ((status & bank.previousPrivilege) >>> bank.previousPrivilegeAt) as Privilege;
  const kept = status & ~(bank.enable | bank.previousPrivilege) & (to === M ? -1 : ~Status.MPRV); // xPP = U, the least privilege
  hart.setLow(bank.status, kept | (status & bank.previousEnable ? bank.enable : 0) | bank.previousEnable);
  hart.pcFrom(bank.epc);
  if (!bank.guest) return modeOf(to, true);
  const guestStatus = hart.word(bank.guest.status);
  hart.setWord(bank.guest.status, guestStatus & ~GuestStatus.PV);
  return modeOf(to, (guestStatus & GuestStatus.PV) !== 0); // in M-mode PV means nothing
}
