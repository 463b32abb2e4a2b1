/** The shape of a CSR row and the ways a CSR can behave: plain storage, masked, view of another, read-only (Privileged, "CSR Field Specifications"). */
import { mask, merge } from '../bits';
import type { Extension } from '../isa/row';
import { M, U } from './privilege';
import { Csr } from './fields';
import type { HartState } from './state';

/** What CSRs need of their hart beyond its registers. */
export interface CsrHart extends HartState {
  /** Interrupts that devices hold pending, as bits of mip. */
  readonly lines: number;
  /** Instructions begun before the present one, since reset. */
  readonly begun: number;
  /** How many of them raised an exception and so did not retire. */
  readonly trapped: number;
  /** mtime in ticks, unsigned 64-bit. */
  ticks(): bigint;
  /** mstatus changed: from (low 32 bits) to what its slot holds now. */
  statusChanged(from: number): void;
  /** satp or PMP changed: cached translations are stale. */
  translationChanged(): void;
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
  /** Access rules beyond privilege: false makes the access an illegal instruction. */
  allowed?(hart: CsrHart): boolean;
  /** Value after reset, if not 0. */
  readonly reset?: bigint;
  /**
   * Present when the CSR is nothing but its slot: reading gives the slot, writing stores value & storage, and nothing else
   * in the machine depends on it at once. Generated code may then do both itself.
   */
  readonly storage?: bigint;
}

/** One CSR. */
export interface CsrRow extends CsrBehaviour {
  readonly name: string;
  /** 12 bits; 11:10 = 3 means read-only, 9:8 is the lowest privilege that may access it. */
  readonly number: number;
  /** The extension that brings the register; without it, it is not there. */
  readonly needs?: Extension;
}

/** A behaviour that still has to learn which slot is its own. */
export type Behaviour = (slot: number) => CsrBehaviour;

/** Rows that one extension brings. */
export const needing = (needs: Extension, rows: readonly CsrRow[]): CsrRow[] => rows.map((row) => ({ ...row, needs }));

/** A row of the CSR table. `rules` add to or replace parts of the behaviour. */
export const csr = (name: string, number: number, behaviour: Behaviour, rules: Partial<CsrBehaviour> = {}): CsrRow => ({
  name,
  number,
  ...behaviour(number),
  ...rules,
});

const ALL_BITS = mask(63, 0);

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

/** sie and sip: the bits of mie and mip that mideleg gives to S-mode; the others read 0. Of those, `writable` can be written. */
export const delegated =
  (of: CsrRow, writable: bigint): Behaviour =>
  () => {
    const read = (hart: CsrHart): bigint => of.read(hart) & hart.slot(Csr.mideleg);
    const write = (hart: CsrHart, value: bigint): void => {
      const base = (of.readForUpdate ?? of.read)(hart);
      of.write(hart, merge(base, value, writable & hart.slot(Csr.mideleg)));
    };
    return { read, write };
  };

/** Rule of cycle, time, instret and hpmcountern: bit `bit` of mcounteren opens them to S and U, of scounteren also to U. */
export const opened = (bit: number): Partial<CsrBehaviour> => ({
  allowed: (hart) => {
    const opens = (csrNumber: number): boolean => ((hart.low(csrNumber) >>> bit) & 1) === 1;
    if (hart.privilege === M) return true;
    return opens(Csr.mcounteren) && (hart.privilege !== U || opens(Csr.scounteren));
  },
});
