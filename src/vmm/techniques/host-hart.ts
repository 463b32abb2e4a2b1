/** The real hart under trap-and-emulate: guests run in its U-mode, one at a time, and every trap comes to its S-mode, which is us. */
import { enterSupervisor, type Hart, type RetireEvent } from '#machine';
import { SHADOW_MODE, type Shadow } from '../memory/shadow';
import type { View } from '../memory/guest-walk';
import type { GuestTrap } from '../vcpu';
import type { GuestRegisters } from './registers';

/** What has to be on the hart while a guest runs. */
export interface Guest {
  readonly registers: GuestRegisters;
  readonly shadow: Shadow;
  /** Guest-virtual address of the next instruction; moves when the guest has run. */
  pc: bigint;
  readonly view: View;
  /** Hears of each instruction that retired, if somebody wants to (stepping executor only). */
  readonly onRetire: ((event: RetireEvent) => void) | undefined;
}

/** How a guest came out: instructions begun (the one that trapped counts), and the trap unless the budget was used up. */
export interface Came {
  readonly begun: number;
  readonly trap?: GuestTrap;
}

const MODE_AT = 60n;
const SPP = 1n << 8n;
const SPIE = 1n << 5n;

export class HostHart {
  readonly hart: Hart;
  #current?: Guest;
  /** The shadow and its generation that satp stands for. */
  #satp = -1n;
  #generation = -1;

  /** `hart` must have nativeMode 'S'. It becomes ours for good. */
  constructor(hart: Hart) {
    this.hart = hart;
    enterSupervisor(hart);
    hart.csr.write('sie', 0n); // devices interrupt VMs, not us
    hart.csr.write('scounteren', 0n); // time, cycle and instret are the guest's own: reading them has to trap
  }

  /** Runs `guest` for at most `budget` instructions. */
  run(guest: Guest, budget: number): Came {
    const { hart } = this;
    this.#switchTo(guest);
    this.#translateBy(guest.shadow, guest.view);
    hart.csr.write('sepc', guest.pc);
    hart.csr.write('sstatus', hart.csr.read('sstatus') & ~(SPP | SPIE)); // sret goes to U-mode
    hart.mode = 'S';
    hart.onRetire = guest.onRetire;
    const before = hart.begun;
    const stop = hart.run(budget);
    const begun = hart.begun - before;
    if (stop.why === 'budget') {
      guest.pc = hart.pc;
      return { begun };
    }
    if (stop.why !== 'trap') throw new Error(`the host's hart stopped: ${stop.why}`);
    guest.pc = hart.csr.read('sepc');
    return { begun, trap: { cause: Number(hart.csr.read('scause')), tval: hart.csr.read('stval') } };
  }

  /** World switch: 31 registers out, 31 in. Nothing to do while the same guest comes back. */
  #switchTo(guest: Guest): void {
    if (this.#current === guest) return;
    this.#current?.registers.save();
    guest.registers.loadInto(this.hart.x);
    this.#current = guest;
  }

  /** Points satp at the shadow; flushes what the TLB has of the old one, or of entries that changed in it. */
  #translateBy(shadow: Shadow, view: View): void {
    const satp = (SHADOW_MODE << MODE_AT) | BigInt(shadow.root(view) / 4096);
    if (satp === this.#satp && shadow.generation === this.#generation) return;
    this.hart.csr.write('satp', satp); // this machine flushes its TLB at every write of satp
    this.#satp = satp;
    this.#generation = shadow.generation;
  }
}
