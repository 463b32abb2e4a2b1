/** The PMP registers as CSRs: which writes are kept (Privileged, "Physical Memory Protection CSRs"). */
import { mask } from '../bits';
import type { Behaviour, CsrHart } from '../hart/csr-row';
import { Csr } from '../hart/fields';

/** Bits of one entry's configuration byte. A, bits 4:3, is the address-matching mode. */
export const PmpBit = { R: 1, W: 2, X: 4, L: 0x80 } as const;
export const PMP_MATCH_AT = 3;
export const PmpMatch = { off: 0, tor: 1, na4: 2, napot: 3 } as const;

export const PMP_ENTRIES = 16;

const WRITABLE = 0x9f; // bits 6:5 are 0

/** The configuration byte of entry `index`, 0 .. 15. */
export function configurationOf(hart: Pick<CsrHart, 'slot'>, index: number): number {
  const register = Csr.pmpcfg0 + 2 * (index >> 3);
  return Number((hart.slot(register) >> BigInt(8 * (index & 7))) & 0xffn);
}

const isLocked = (configuration: number): boolean => (configuration & PmpBit.L) !== 0;

/** R = 0 with W = 1 is reserved; such a write is kept without W. */
const legal = (configuration: number): number =>
  configuration & PmpBit.R ? configuration & WRITABLE : configuration & WRITABLE & ~PmpBit.W;

/** pmpcfg0 and pmpcfg2: eight entries each, from `first` on. Locked entries keep their byte until reset. */
export const pmpConfiguration =
  (first: number): Behaviour =>
  (slot) => ({
    read: (hart) => hart.slot(slot),
    write: (hart, value) => {
      let merged = 0n;
      for (let i = 0; i < 8; i++) {
        const before = configurationOf(hart, first + i);
        const after = isLocked(before) ? before : legal(Number((value >> BigInt(8 * i)) & 0xffn));
        merged |= BigInt(after) << BigInt(8 * i);
      }
      hart.setSlot(slot, merged);
      hart.protectionChanged();
    },
  });

/** pmpaddr0 .. pmpaddr15: bits 55:2 of an address. Locked with its own entry, and with the next one if that is a locked TOR range, whose bottom it is. */
export const pmpAddress =
  (index: number): Behaviour =>
  (slot) => ({
    read: (hart) => hart.slot(slot),
    write: (hart, value) => {
      const next = index + 1 < PMP_ENTRIES ? configurationOf(hart, index + 1) : 0;
      const isBottomOfLocked = isLocked(next) && ((next >> PMP_MATCH_AT) & 3) === PmpMatch.tor;
      if (isLocked(configurationOf(hart, index)) || isBottomOfLocked) return;
      hart.setSlot(slot, value & mask(53, 0));
      hart.protectionChanged();
    },
  });
