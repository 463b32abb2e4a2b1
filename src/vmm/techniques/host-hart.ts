/** The real hart under trap-and-emulate: guests run in its U-mode, one at a time, and every trap comes to its S-mode, which is us. */
import { CSR_NUMBERS, enterSupervisor, type Hart, type RetireEvent } from '#machine';
import { PAGE_SIZE } from '../memory/slots';
import type { GuestTrap } from '../vcpu';
import type { GuestFloats } from './guest-floats';
import type { GuestRegisters } from './registers';

/** The page table that the hart walks while a guest runs. */
export interface HostTable {
  /** What keeps it: the same value of satp may have belonged to somebody else's table before. */
  readonly owner: object;
  /** Goes up when entries that the hart may have cached are gone or changed. */
  readonly generation: number;
  /** MODE, and the host-physical page number of the root. */
  readonly satp: bigint;
  /** Guest-virtual numbers of pages that were mapped otherwise a moment ago: who enters the guest empties the list. */
  readonly stalePages?: number[];
}

/** What has to be on the hart while a guest runs. */
export interface Guest {
  readonly registers: GuestRegisters;
  readonly table: HostTable;
  /** Missing if its hart has none. */
  readonly floats?: GuestFloats;
  /** Guest-virtual address of the next instruction; moves when the guest has run. */
  pc: bigint;
  /** Whether an SC may still succeed: since the guest came out, its own processor would not have changed modes. */
  readonly keepsReservation: boolean;
  /** Hears of each instruction that retired, if somebody wants to (stepping executor only). */
  readonly onRetire: ((event: RetireEvent) => void) | undefined;
}

/** How a guest came out: instructions begun (the one that trapped counts), and the trap unless the budget was used up. */
export interface Came {
  readonly begun: number;
  readonly trap?: GuestTrap;
}

const { sepc, scause, stval } = CSR_NUMBERS;
const NOTHING_RESERVED = -1n;

export class HostHart {
  readonly #hart: Hart;
  #current?: Guest;
  /** What satp points at, and the generation of it that the TLB has seen. */
  #table?: HostTable;
  /** What LR had reserved when the guest came out. */
  #reservation = NOTHING_RESERVED;

  /** `hart` must have nativeMode 'S'. It becomes ours for good. */
  constructor(hart: Hart) {
    this.#hart = hart;
    enterSupervisor(hart);
    hart.csr.write('sie', 0n); // devices interrupt VMs, not us
    hart.csr.write('scounteren', 0n); // time, cycle and instret are the guest's own: reading them has to trap
    hart.onTrap = () => (this.#reservation = hart.reservation); // the trap itself is about to end it
  }

  /** Runs `guest` for at most `budget` instructions. */
  run(guest: Guest, budget: number): Came {
    const hart = this.#hart;
    const reservation = this.#current === guest && guest.keepsReservation ? this.#reservation : NOTHING_RESERVED;
    this.#switchTo(guest);
    this.#translateBy(guest.table);
    // An sret, but for the reservation: that one ends it, and a guest must not lose it to an exit that it knows nothing of.
    hart.mode = 'U';
    hart.pc = guest.pc;
    hart.reservation = reservation;
    guest.floats?.enter(hart);
    const before = hart.begun;
    const stop = hart.run(budget);
    const begun = hart.begun - before;
    guest.floats?.leave(hart);
    if (stop.why === 'budget') {
      guest.pc = hart.pc;
      this.#reservation = hart.reservation;
      return { begun };
    }
    if (stop.why !== 'trap') throw new Error(`the host's hart stopped: ${stop.why}`);
    guest.pc = hart.csr.read(sepc);
    return { begun, trap: { cause: Number(hart.csr.read(scause)), tval: hart.csr.read(stval) } };
  }

  /** World switch: 31 registers out, 31 in, and as many of floating point. Nothing to do while the same guest comes back. */
  #switchTo(guest: Guest): void {
    if (this.#current === guest) return;
    this.#current?.registers.save();
    this.#current?.floats?.unload();
    guest.registers.loadInto(this.#hart.x);
    guest.floats?.loadInto(this.#hart);
    this.#hart.onRetire = guest.onRetire;
    this.#current = guest;
  }

  /** Points satp at the guest's table; lets the TLB forget what it has of another one, or of entries that changed in this one. */
  #translateBy(table: HostTable): void {
    const { owner, generation, satp, stalePages = [] } = table;
    const known = this.#table;
    if (known?.owner === owner && known.satp === satp && known.generation === generation) {
      for (const page of stalePages) this.#forget(page);
    } else {
      this.#hart.csr.write('satp', satp); // this machine flushes its TLB at every write of satp
      this.#table = table;
    }
    stalePages.length = 0;
  }

  /** sfence.vma for one page. */
  #forget(page: number): void {
    this.#hart.executor.forgetTranslations('host', (page * PAGE_SIZE) % 2 ** 32, Math.floor(page / 2 ** 20) | 0);
  }
}
