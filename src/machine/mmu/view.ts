/** With whose eyes memory is accessed: the running mode's, those that M-mode puts on with MPRV, or a guest's through hlv and hsv (Privileged, "Effect of MPRV", and "Hypervisor Virtual-Machine Load and Store Instructions"). */
import { Csr, GuestStatus, HypervisorStatus, Status } from '../hart/fields';
import { M, S, U, type Privilege } from '../hart/privilege';
import type { HartState } from '../hart/state';

export interface View {
  readonly privilege: Privilege;
  /** V = 1: both stages of translation. */
  readonly guest: boolean;
  /** hlvx: execute permission takes the place of read permission. */
  readonly executable?: boolean;
}

const HOST = {
  [U]: { privilege: U, guest: false },
  [S]: { privilege: S, guest: false },
  [M]: { privilege: M, guest: false },
} as const;
const GUEST = { [U]: { privilege: U, guest: true }, [S]: { privilege: S, guest: true }, [M]: HOST[M] } as const;

/** What fetches use. */
export const runningView = (hart: HartState): View => (hart.inGuest ? GUEST : HOST)[hart.privilege];

/** What loads and stores use: with MPRV, MPP and MPV say whose eyes. */
export function dataView(hart: HartState): View {
  const status = hart.low(Csr.mstatus);
  if (hart.privilege !== M || !(status & Status.MPRV)) return runningView(hart);
  const previous = ((status & Status.MPP) >>> 11) as Privilege;
  return (hart.high(Csr.mstatus) & GuestStatus.PV ? GUEST : HOST)[previous];
}

/** What hlv and hsv use: as though V = 1 and the privilege were hstatus.SPVP. */
export const guestView = (hart: HartState): View => GUEST[hart.low(Csr.hstatus) & HypervisorStatus.SPVP ? S : U];
