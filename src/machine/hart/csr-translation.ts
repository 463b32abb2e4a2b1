/** satp, vsatp and hgatp: which page table translates (Privileged, "Supervisor Address Translation and Protection Register" and "Hypervisor Guest Address Translation and Protection Register"). */
import { extract, insert, mask } from '../bits';
import type { AccessRules, Behaviour } from './csr-row';
import { HypervisorStatus, Status } from './fields';

/** mstatus.TVM closes satp and hgatp to HS-mode, hstatus.VTVM closes satp to VS-mode. */
export const TRANSLATION: AccessRules = { trappedBy: { mstatus: Status.TVM, hstatus: HypervisorStatus.VTVM } };

/** MODE: Bare, Sv39, Sv48 and Sv57; in hgatp Bare, Sv39x4, Sv48x4 and Sv57x4. */
const isSupported = (mode: bigint): boolean => [0n, 8n, 9n, 10n].includes(mode);

/**
 * satp and vsatp: a write with an unsupported MODE changes nothing. ASIDLEN is 16. Cached translations are dropped at each write,
 * which the manual allows (a smaller cache is not visible); but U-mode's are kept if satp has an ASID that is not 0.
 */
export const addressTranslation =
  (which: 'host' | 'guest'): Behaviour =>
  (slot) => ({
    read: (hart) => hart.slot(slot),
    write: (hart, value) => {
      if (!isSupported(value >> 60n)) return;
      hart.setSlot(slot, value);
      hart.translationChanged(which === 'host' ? 'space' : which);
    },
  });

/** MODE 63:60, VMID 57:44 (VMIDLEN is 14) and PPN 43:0, whose two lowest bits are 0: the root table is aligned to 16 KiB. */
const GUEST_WRITABLE = mask(63, 60) | mask(57, 2);

/** hgatp: "A write with an unsupported MODE value is not ignored as it is for satp": only MODE keeps its value. */
export const guestAddressTranslation = (): Behaviour => (slot) => ({
  read: (hart) => hart.slot(slot),
  write: (hart, value) => {
    const mode = isSupported(value >> 60n) ? value >> 60n : extract(hart.slot(slot), 63, 60);
    hart.setSlot(slot, insert(value, 63, 60, mode) & GUEST_WRITABLE);
    hart.translationChanged('guest');
  },
});
