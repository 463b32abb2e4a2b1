/** mstateen, hstateen and sstateen: whether the modes below may use the state of an extension (Privileged, "Smstateen/Ssstateen Extensions"). */
import { mask } from '../bits';
import { csr, needing, type AccessRules, type Behaviour, type CsrHart, type CsrRow } from './csr-row';

const MSTATEEN = 0x30c;
const HSTATEEN = 0x60c;
const SSTATEEN = 0x10c;

/** Bit 63: the stateen registers of the modes below. Bit 62 of the first one: henvcfg and senvcfg. No other bit controls anything here. */
const SE = mask(63);
const ENVCFG = mask(62);

const isClear = (hart: CsrHart, register: number, bit: bigint): boolean => (hart.slot(register) & bit) === 0n;

/** Rules of what `bit` of mstateen<n> opens to HS-mode and, of hstateen<n>, to guests; hypervisors only where there is H. */
const openedBy = (n: number, bit: bigint): AccessRules => ({
  closedByMachine: (hart) => isClear(hart, MSTATEEN + n, bit),
  closedByHypervisor: (hart) => isClear(hart, HSTATEEN + n, bit),
});

/** Rule of senvcfg and henvcfg, on a hart with Smstateen. */
const ENVIRONMENT = openedBy(0, ENVCFG);
export const ENVIRONMENT_ACCESS: AccessRules = {
  closedByMachine: (hart) => hart.isa.has('Smstateen') && ENVIRONMENT.closedByMachine!(hart),
  closedByHypervisor: (hart) => hart.isa.has('Smstateen') && ENVIRONMENT.closedByHypervisor!(hart),
};

/** "For every bit in an mstateen CSR that is zero, the same bit appears as read-only zero in the matching hstateen and sstateen CSRs." */
const stateEnable =
  (writable: bigint, granted: (hart: CsrHart) => bigint): Behaviour =>
  (slot) => ({
    read: (hart) => hart.slot(slot) & granted(hart),
    write: (hart, value) => hart.setSlot(slot, value & writable & granted(hart)),
  });

const rowsOf = (n: number): CsrRow[] => {
  const bits = n === 0 ? SE | ENVCFG : SE;
  const rules = openedBy(n, SE);
  return [
    csr(
      `mstateen${n}`,
      MSTATEEN + n,
      stateEnable(bits, () => bits),
    ),
    ...needing('H', [
      csr(
        `hstateen${n}`,
        HSTATEEN + n,
        stateEnable(bits, (hart) => hart.slot(MSTATEEN + n)),
        { rules },
      ),
    ]),
    csr(
      `sstateen${n}`,
      SSTATEEN + n,
      stateEnable(0n, () => 0n),
      { rules },
    ), // nothing of U-mode's is controlled
  ];
};

export const STATE_ENABLE_ROWS: readonly CsrRow[] = needing('Smstateen', [0, 1, 2, 3].flatMap(rowsOf));
