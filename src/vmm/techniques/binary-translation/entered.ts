/** What the host's hart sees of a guest under binary translation: its registers and table, and a pc that may be in the cache. */
import type { RetireEvent } from '#machine';
import type { View } from '../../memory/guest-walk';
import type { GuestSpace } from '../../memory/shadow/guest-space';
import type { VirtualHart } from '../../vcpu';
import type { Vm } from '../../vm';
import type { Guest, HostTable } from '../host-hart';
import type { GuestRegisters } from '../registers';

/** A guest whose kernel is translated. */
export interface TranslatedGuest extends Guest {
  readonly vm: Vm;
  readonly virtual: VirtualHart;
  readonly view: View;
  readonly space: GuestSpace;
}

export class Entered implements Guest {
  readonly registers: GuestRegisters;
  readonly onRetire: ((event: RetireEvent) => void) | undefined;
  pc = 0n;
  keepsReservation = false;
  readonly #guest: TranslatedGuest;

  constructor(guest: TranslatedGuest, onRetire: (event: RetireEvent) => void) {
    this.#guest = guest;
    this.registers = guest.registers;
    this.onRetire = guest.onRetire && onRetire;
  }

  get table(): HostTable {
    return this.#guest.table;
  }
}
