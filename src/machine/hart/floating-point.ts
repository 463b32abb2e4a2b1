/** The floating-point state of a hart: who may use it, and fflags, frm and fcsr (Privileged, "Extension Context Status in mstatus Register"; Unprivileged, "F"). */
import { HART } from '../engine/layout';
import { Flag, Rounding } from '../float/format';
import { csr, needing, type Behaviour, type CsrHart, type CsrRow } from './csr-row';
import { Csr, Status } from './fields';
import type { HartState } from './state';

const FLAGS = 0x1f;
const FRM_AT = 5;
const FRM = 7;

/** Both of them count in a guest: "When V=1, both vsstatus.FS and the HS-level sstatus.FS are in effect". */
const statusRegisters = (hart: HartState): readonly number[] => (hart.inGuest ? IN_GUEST : IN_HOST);
const IN_HOST = [Csr.mstatus];
const IN_GUEST = [Csr.mstatus, Csr.vsstatus];

/** Whether FS is not Off: otherwise all instructions of F and D, and their CSRs, are illegal. */
export const floatAllowed = (hart: HartState): boolean =>
  statusRegisters(hart).every((register) => (hart.low(register) & Status.FS) !== 0);

const isDirty = (hart: HartState, register: number): boolean => (hart.low(register) & Status.FS) === Status.FS;

/** The state of the floating-point unit has changed: FS becomes Dirty. */
export function markFloatDirty(hart: HartState): void {
  const changed = statusRegisters(hart).filter((register) => !isDirty(hart, register));
  for (const register of changed) hart.setLow(register, hart.low(register) | Status.FS);
  if (changed.length > 0) floatChanged(hart);
}

/** The rounding mode of an instruction whose field is `rm`; undefined where frm holds a reserved one, which makes it illegal. */
export function roundingMode(hart: HartState, rm: number): Rounding | undefined {
  const mode = rm === Rounding.DYN ? (hart.low(Csr.fcsr) >> FRM_AT) & FRM : rm;
  return mode <= Rounding.RMM ? (mode as Rounding) : undefined;
}

/** Adds bits of Flag to fflags. */
export function raise(hart: HartState, flags: number): void {
  const fcsr = hart.low(Csr.fcsr);
  if ((fcsr & flags) !== flags) setFcsr(hart, fcsr | flags);
  markFloatDirty(hart);
}

function setFcsr(hart: HartState, value: number): void {
  hart.setLow(Csr.fcsr, value);
  floatChanged(hart);
}

/** The bit of HART.FLOAT that says that inexact results change no flag. */
export const INEXACT_BEFORE = 8;

/** The bit of HART.FLOAT that says that FS is not Off. */
export const FLOAT_ON = 30;

/** Works HART.FLOAT out anew; to be called when FS, fflags or frm have changed. */
export function floatChanged(hart: HartState): void {
  // At each entry into a guest and each way out: no loops.
  const host = hart.low(Csr.mstatus) & Status.FS;
  const guest = hart.inGuest ? hart.low(Csr.vsstatus) & Status.FS : Status.FS;
  const dirty = (host & guest) === Status.FS;
  const fcsr = hart.low(Csr.fcsr);
  const nearest = ((fcsr >> FRM_AT) & FRM) === Rounding.RNE;
  const bits = dirty
    ? (1 << Rounding.RNE) | (nearest ? 1 << Rounding.DYN : 0) | (fcsr & Flag.NX ? 1 << INEXACT_BEFORE : 0)
    : 0;
  hart.memory.i32[(hart.base + HART.FLOAT) >> 2] = bits | (host !== 0 && guest !== 0 ? 1 << FLOAT_ON : 0);
}

/** Bits of fcsr, which holds all: as many as `mask` says, from bit `at` on. */
const part =
  (at: number, mask: number): Behaviour =>
  () => ({
    read: (hart) => BigInt((hart.low(Csr.fcsr) >> at) & mask),
    write: (hart, value) => {
      setFcsr(hart, (hart.low(Csr.fcsr) & ~(mask << at)) | ((Number(value & 0xffn) & mask) << at));
      if (floatAllowed(hart)) markFloatDirty(hart);
    },
  });

const whileOn = { rules: { switchedOff: (hart: CsrHart): boolean => !floatAllowed(hart) } };

export const FLOAT_ROWS: readonly CsrRow[] = needing('F', [
  csr('fflags', 0x001, part(0, FLAGS), whileOn),
  csr('frm', 0x002, part(FRM_AT, FRM), whileOn),
  csr('fcsr', 0x003, part(0, (FRM << FRM_AT) | FLAGS), whileOn),
]);
