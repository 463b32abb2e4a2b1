/** The shape of a CSR row and the ways a CSR can behave: plain storage, masked, view of another, read-only (Privileged, "CSR Field Specifications"). */
import { mask, merge } from '../bits';
import type { Extension, Isa } from '../isa';
import { Csr } from './fields';
import type { Demand } from './permission';
import type { Translations } from './ports';
import type { HartState } from './state';

/** What CSRs need of their hart beyond its registers. */
export interface CsrHart extends HartState {
  /** Instructions begun before the present one, since reset. */
  readonly begun: number;
  /** How many of them raised an exception and so did not retire. */
  readonly trapped: number;
  /** mtime in ticks, unsigned 64-bit; and as guests see it. */
  ticks(): bigint;
  guestTicks(): bigint;
  /** Bits of mstatus (low and high 32), or of vsstatus, have changed. */
  statusChanged(low: number, high: number): void;
  guestStatusChanged(low: number): void;
  hypervisorStatusChanged(): void;
  /** Bits of an envcfg register changed. */
  environmentChanged(changed: bigint): void;
  /** A register that a timer depends on changed. */
  timersChanged(): void;
  /** A register that translation depends on changed: cached translations of this kind are stale. */
  translationChanged(which: Translations): void;
  /** A PMP register changed. */
  protectionChanged(): void;
}

/** How one CSR behaves. All values are unsigned 64-bit. Privilege and read-only numbers have been checked by the caller. */
export interface CsrBehaviour {
  read(hart: CsrHart): bigint;
  /** Stores what of `value` is legal (WARL); never fails. */
  write(hart: CsrHart, value: bigint): void;
  /** What csrrs and csrrc start from, where that is not what they read. */
  readForUpdate?(hart: CsrHart): bigint;
  /** The write of an instruction, where it differs: counters do not count the instruction that writes them. */
  writeByInstruction?(hart: CsrHart, value: bigint): void;
  /** Who, beyond privilege, has a say in who may access it. */
  readonly rules?: AccessRules;
  /** The register of VS-mode, by number, that an access with V = 1 reaches instead. */
  readonly guestTwin?: number;
  /** Value after reset, if not 0. */
  readonly reset?: bigint | ((isa: Isa) => bigint);
  /**
   * Present when the CSR is nothing but its slot: reading gives the slot, writing stores value & storage, and nothing else
   * in the machine depends on it at once. Generated code may then do both itself.
   */
  readonly storage?: bigint;
  /** The CSR is sstatus: generated code may read it, and set and clear SIE, by itself (engine/status-csr.ts). */
  readonly isStatus?: true;
  /** The CSR is time: generated code may read it by itself (engine/time-csr.ts). */
  readonly isTime?: true;
}

/** Why an access that privilege permits is refused after all; true: it is. See csr-access.ts. */
export interface AccessRules {
  /** The unit that the register belongs to is off: an illegal instruction in every mode. */
  switchedOff?(hart: CsrHart): boolean;
  /** What M-mode has not opened to the modes below it: an illegal instruction, for guests too. */
  closedByMachine?(hart: CsrHart): boolean;
  /** What HS-mode has not opened to its guests. */
  closedByHypervisor?(hart: CsrHart): boolean;
  /** What S-mode, or a guest's VS-mode, has not opened to its user mode. */
  closedBySupervisor?(hart: CsrHart): boolean;
  /** The bit of mstatus that closes it to HS-mode, and of hstatus to VS-mode. */
  readonly trappedBy?: { readonly mstatus: number; readonly hstatus: number };
}

/** One CSR. */
export interface CsrRow extends CsrBehaviour {
  readonly name: string;
  /** 12 bits; 11:10 = 3 means read-only, 9:8 is the lowest privilege that may access it. */
  readonly number: number;
  /** What it asks of the mode that accesses it: made of `number` and `rules`. */
  readonly demand: Demand;
  /** The extensions that bring the register; without one of them, it is not there. */
  readonly needs?: readonly Extension[];
}

/** A behaviour that still has to learn which slot is its own. */
export type Behaviour = (slot: number) => CsrBehaviour;

/** Rows that one extension brings. */
export const needing = (needs: Extension, rows: readonly CsrRow[]): CsrRow[] =>
  rows.map((row) => ({ ...row, needs: [needs, ...(row.needs ?? [])] }));

/** A row of the CSR table. `others` add to or replace parts of the behaviour. */
export const csr = (name: string, number: number, behaviour: Behaviour, others: Partial<CsrBehaviour> = {}): CsrRow => {
  const row = { name, number, ...behaviour(number), ...others };
  return { ...row, demand: demandOf(number, row.rules) };
};

/** Bits 9:8 of the number are the lowest privilege that may access it; 2 is HS-mode. */
const demandOf = (number: number, rules: AccessRules | undefined): Demand => ({
  level: ((number >> 8) & 3) as Demand['level'],
  closedByMachine: rules?.trappedBy?.mstatus,
  closedByHypervisor: rules?.trappedBy?.hstatus,
});

const ALL_BITS = mask(63, 0);
/** xtvec: MODE is 0 or 1, so bit 1 is always 0. BASE has 4-byte alignment by its encoding. */
export const TVEC = ALL_BITS & ~2n;
/** xepc: IALIGN is 16, so only bit 0 is always 0. */
export const EPC = ALL_BITS & ~1n;

/** Only the bits of `writable` can be written; the others read 0. */
export const masked =
  (writable: bigint): Behaviour =>
  (slot) => ({
    read: (hart) => hart.slot(slot),
    write: (hart, value) => hart.setSlot(slot, value & writable),
    storage: writable,
  });

/** All 64 bits can be written. */
export const plain = (): Behaviour => masked(ALL_BITS);

/** Always reads the same; writes are ignored. */
export const constant =
  (value: bigint): Behaviour =>
  () => ({ read: () => value, write: () => {}, reset: value });

/** Reads what `value` gives; writes are ignored (or impossible, by its number). */
export const derived =
  (value: (hart: CsrHart) => bigint): Behaviour =>
  () => ({ read: value, write: () => {} });

/** Shows the bits of `visible` of another CSR, and writes only those. */
export const view =
  (of: CsrRow, visible: bigint): Behaviour =>
  () => ({
    read: (hart) => of.read(hart) & visible,
    write: (hart, value) => of.write(hart, merge(of.read(hart), value, visible)),
  });

/** Only the bits that `writable` gives for the hart's extensions can be written; the others read 0. */
export const maskedFor =
  (writable: (hart: CsrHart) => bigint): Behaviour =>
  (slot) => ({
    read: (hart) => hart.slot(slot),
    write: (hart, value) => hart.setSlot(slot, value & writable(hart)),
  });

/** Rules of cycle, time, instret and hpmcountern: bit `bit` of mcounteren, hcounteren and scounteren opens them to those below. */
export const opened = (bit: number): AccessRules => {
  const isClosedIn =
    (counteren: number) =>
    (hart: CsrHart): boolean =>
      ((hart.low(counteren) >>> bit) & 1) === 0;
  return {
    closedByMachine: isClosedIn(Csr.mcounteren),
    closedByHypervisor: isClosedIn(Csr.hcounteren),
    closedBySupervisor: isClosedIn(Csr.scounteren),
  };
};
