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

/** A table under an ASID, and the generation of it that the TLB has seen under that. */
interface AddressSpace {
  readonly owner: object;
  readonly satp: bigint;
  readonly generation: number;
  readonly asid: bigint;
}

const ASID_AT = 44n;
const LAST_ASID = 0xffffn;

const { sepc, scause, stval } = CSR_NUMBERS;
const NOTHING_RESERVED = -1n;

export class HostHart {
  readonly #hart: Hart;
  #current?: Guest;
  /** By owner: what the TLB knows of its table. */
  #spaces = new WeakMap<object, AddressSpace>();
  /** The one in satp. */
  #space?: AddressSpace;
  #lastAsid = 0n;
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
    guest.pc = hart.slot(sepc);
    return { begun, trap: { cause: hart.low(scause), tval: hart.slot(stval) } };
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

  /**
   * Points satp at the guest's table. An address space keeps its ASID, and with it what the TLB has of it, as long as only pages
   * have changed of which we know; or else it gets a new one, under which the TLB has nothing.
   */
  #translateBy({ owner, generation, satp, stalePages }: HostTable): void {
    if (stalePages?.length) {
      for (const page of stalePages) this.#forget(page);
      stalePages.length = 0;
    }
    let space = this.#space?.owner === owner ? this.#space : this.#spaces.get(owner);
    if (space?.satp !== satp || space.generation !== generation) {
      space = { owner, satp, generation, asid: this.#newAsid() };
      this.#spaces.set(owner, space);
    }
    if (space === this.#space) return;
    this.#hart.csr.write(CSR_NUMBERS.satp, satp | (space.asid << ASID_AT));
    this.#space = space;
  }

  #newAsid(): bigint {
    if (this.#lastAsid === LAST_ASID) {
      this.#hart.translationChanged('all'); // sfence.vma: from now on they mean something else
      this.#spaces = new WeakMap();
      this.#lastAsid = 0n;
    }
    return ++this.#lastAsid;
  }

  /** sfence.vma for one page. */
  #forget(page: number): void {
    this.#hart.executor.forgetTranslations('host', (page * PAGE_SIZE) % 2 ** 32, Math.floor(page / 2 ** 20) | 0);
  }
}
