/** The real hart under hardware assistance: guests run in its VS- and VU-mode, and what its CSRs do not delegate comes to HS-mode, which is us. */
import {
  CSR_NUMBERS,
  enterSupervisor,
  INSTRUCTIONS_PER_TICK,
  Interrupt,
  type Hart,
  type Machine,
  type RetireEvent,
  type TrapEvent,
} from '#machine';
import type { VmClock } from '../../clock';
import type { CsrAccess, HardwareAssist } from '../../parts';
import { csrsOn, type GuestContext } from './guest-context';

/** Who runs on the hart. */
export interface HardwareGuest {
  readonly context: GuestContext;
  /** What its `time` follows. */
  readonly clock: VmClock;
  /** Whether an SC may still succeed: since the guest came out, its own processor would not have changed modes. */
  readonly keepsReservation: boolean;
  /** Hears of each trap that its own kernel takes. */
  readonly onTrap: (event: TrapEvent) => void;
  /** Hears of each instruction that retired, if somebody wants to (stepping executor only). */
  readonly onRetire: ((event: RetireEvent) => void) | undefined;
}

/** What HS-mode's CSRs say, until the next run, of the trap that made a guest come out (Privileged, "Trap Entry" of the hypervisor extension). */
export interface HypervisorTrap {
  /** Exception code. */
  readonly cause: number;
  readonly stval: bigint;
  /** Guest-physical address >> 2 of a guest-page fault, else 0. */
  readonly htval: bigint;
  /** The instruction that caused a fault, transformed; or what the hart itself was doing in the guest's page table; or 0. */
  readonly htinst: bigint;
}

const { scause, stval, htval, htinst } = CSR_NUMBERS;
const NOTHING_RESERVED = -1n;

export class HypervisorHart {
  /** What the last run did: instructions begun (the one that trapped counts), and those of them that raised an exception. */
  begun = 0;
  trapped = 0;
  readonly hart: Hart;
  readonly #trap: HypervisorTrap;
  readonly #machine: Machine;
  readonly #csrs: CsrAccess;
  #current?: HardwareGuest;
  /** htimedelta of the guest on the hart, in ticks. */
  #delta = 0;
  /** What LR had reserved when the guest came out. */
  #reservation = NOTHING_RESERVED;

  /** `machine` must have nativeMode 'S' and the extension H. It becomes ours for good. */
  constructor(machine: Machine, assist: HardwareAssist) {
    const [hart] = machine.harts;
    this.#machine = machine;
    this.hart = hart;
    this.#trap = trapOf(hart);
    enterSupervisor(hart);
    hart.csr.write('sie', 0n); // devices interrupt VMs, not us
    this.#csrs = csrsOn(hart);
    assist.configure(this.#csrs);
    hart.onTrap = (event) => {
      if (event.to === 'VS') this.#current?.onTrap(event);
      else this.#reservation = hart.reservation; // the trap itself is about to end it
    };
  }

  /** Runs `guest` for at most `budget` instructions; the trap that brought it out, or undefined if the budget was used up. */
  run(guest: HardwareGuest, budget: number): HypervisorTrap | undefined {
    const { hart } = this;
    const keeps = this.#current === guest && guest.keepsReservation;
    this.#switchTo(guest);
    this.#setTime(guest);
    // The sret that enters the guest ends reservations, and a guest must not lose one to an exit that it knows nothing of.
    hart.returnFrom('S');
    hart.reservation = keeps ? this.#reservation : NOTHING_RESERVED;
    const { begun, trapped } = hart;
    const stop = hart.run(budget);
    this.begun = hart.begun - begun;
    this.trapped = hart.trapped - trapped;
    if (stop.why === 'trap') return this.#trap;
    if (stop.why === 'waiting') {
      // Without hstatus.VTW a guest waits on the hart, which nobody else has until the turn is over.
      hart.waiting = false;
      this.begun = budget;
    }
    // The end of the slice is our own timer interrupt: the guest is left as by any other trap.
    hart.trap(Interrupt.supervisorTimer, 0n, true);
    return undefined;
  }

  /** `time` as the guest on the hart reads it, in the middle of a run too. */
  guestTime(): bigint {
    return this.hart.guestTicks();
  }

  /** hfence.vvma: the guest on the hart may have changed its page table. Those that are off it lose their translations anyway. */
  fence(guest: HardwareGuest): void {
    if (this.#current === guest) this.hart.translationChanged('guest');
  }

  /** Takes a guest off the hart, if it is there. */
  release(guest: HardwareGuest): void {
    if (this.#current !== guest) return;
    guest.context.save();
    this.#current = undefined;
  }

  /** World switch. Nothing to do while the same guest comes back. */
  #switchTo(guest: HardwareGuest): void {
    if (this.#current === guest) return;
    this.#current?.context.save();
    guest.context.loadInto(this.hart, this.#csrs);
    this.#delta = NaN;
    this.hart.onRetire = guest.onRetire;
    this.#current = guest;
  }

  /**
   * The guest reads the hart's time plus htimedelta. Whole ticks between the two clocks go there, when the guest comes onto the hart.
   * The rest passes on the machine: what the guest waited for, and less the instructions that hidden faults made the hart begin twice.
   */
  #setTime({ clock, context }: HardwareGuest): void {
    const ahead = clock.now - this.#machine.instructions;
    if (Number.isNaN(this.#delta)) {
      this.#delta = Math.floor(ahead / INSTRUCTIONS_PER_TICK);
      context.csr.write('htimedelta', BigInt.asUintN(64, BigInt(this.#delta)));
    }
    const late = ahead - this.#delta * INSTRUCTIONS_PER_TICK;
    if (late !== 0) this.#machine.passTime(late);
  }
}

/** Each register is read when somebody wants to know: of a call to firmware, nobody asks for more than the cause. */
const trapOf = (hart: Hart): HypervisorTrap => ({
  get cause() {
    return hart.low(scause);
  },
  get stval() {
    return hart.slot(stval);
  },
  get htval() {
    return hart.slot(htval);
  },
  get htinst() {
    return hart.slot(htinst);
  },
});
