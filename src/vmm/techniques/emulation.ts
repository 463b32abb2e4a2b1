/**
 * Emulation: each VCPU is a hart made of TypeScript, which interprets every instruction of the guest, the innocuous ones too. It needs
 * nothing of the host but a processor to run the interpreter on, so the guest's need not be of the same kind; and it is slow.
 */
import {
  Hart,
  INSTRUCTIONS_PER_TICK,
  PhysicalMemory,
  restoreHart,
  SavedFields,
  saveHart,
  stepper,
  type Isa,
  type MachineStop,
  type PhysicalBus,
  type Savable,
} from '#machine';
import { PAGE_SIZE, type MemorySlots } from '../memory/slots';
import type { Vm } from '../vm';
import type { Computer } from './own-hart';

const NEVER = 2n ** 64n - 1n;
const NOTHING_RESERVED = -1n;

/** Memory as a guest's hart finds it: guest-physical addresses lead to the slots. */
export class SlotMemory extends PhysicalMemory {
  readonly #slots: MemorySlots;

  /** A second view of `host`. */
  constructor(host: PhysicalMemory, slots: MemorySlots) {
    super(host.ramBytes, host.wasm);
    this.#slots = slots;
  }

  /** An access lies within one page, and so within one slot. */
  override linear(address: number, size: number): number {
    const within = address % PAGE_SIZE;
    const page = this.#slots.hostPage((address - within) / PAGE_SIZE);
    return page === undefined ? -1 : super.linear(page * PAGE_SIZE + within, size);
  }
}

/** Whose turn it was last, among the harts of one VM. */
export interface Turn {
  last?: EmulatedComputer;
}

export class EmulatedComputer implements Computer {
  readonly hart: Hart;
  readonly direct = false;
  readonly #vm: Vm;
  readonly #turn: Turn;
  /** mtimecmp. */
  #compare = NEVER;
  /** What the hart had begun when the VM's clock was last told. */
  #told = 0;

  constructor(vm: Vm, { id, memory, isa, turn }: { id: number; memory: SlotMemory; isa: Isa; turn: Turn }) {
    this.#vm = vm;
    this.#turn = turn;
    const timer = {
      instructionsPassed: () => this.#now(),
      ticks: () => this.now(),
      compare: () => this.#compare,
      instructions: (ticks: bigint) =>
        ticks < 2n ** 48n ? Number(ticks) * INSTRUCTIONS_PER_TICK - (this.#now() % INSTRUCTIONS_PER_TICK) : Infinity,
    };
    this.hart = new Hart({
      id,
      isa,
      memory,
      bus: this.#bus(),
      timer,
      executor: stepper,
      resetVector: 0n,
      nativeMode: 'M',
    });
  }

  run(budget: number): MachineStop {
    // Another hart may have stored to what this one has reserved; that an SC fails without need, in one turn of many, is allowed.
    if (this.#turn.last !== this) this.hart.reservation = NOTHING_RESERVED;
    this.#turn.last = this;
    const stop = this.hart.run(budget);
    this.#tellClock();
    return stop.why === 'trap' ? { ...stop, hart: this.hart.id } : stop;
  }

  /** The VM's clock learns of the instructions that were begun since it was told. */
  #tellClock(): void {
    this.#vm.clock.pass(this.hart.begun - this.#told);
    this.#told = this.hart.begun;
  }

  setAlarm(tick: bigint): void {
    this.#compare = tick;
    this.hart.endSlice(); // its deadline is another one now
  }

  get alarm(): number {
    return this.#vm.clock.instructionAt(this.#compare);
  }

  now(): bigint {
    return BigInt(Math.floor(this.#now() / INSTRUCTIONS_PER_TICK));
  }

  /** The VM's clock, in the middle of a run too. */
  #now(): number {
    return this.#vm.clock.now + this.hart.begun - this.#told;
  }

  readonly savable: Savable = {
    save: () => {
      this.hart.reservation = NOTHING_RESERVED;
      return { hart: saveHart(this.hart), compare: this.#compare };
    },
    restore: (saved) => {
      const from = new SavedFields(saved, 'emulated computer');
      restoreHart(this.hart, from.saved('hart'));
      this.#compare = from.word('compare');
      this.#told = this.hart.begun;
    },
  };

  /**
   * The VM's devices, which must not find their clock behind the instruction that reaches them. A store may have ended the VM, or set
   * an alarm: the run loop looks, before the next instruction.
   */
  #bus(): PhysicalBus {
    const { bus } = this.#vm;
    return {
      load: (address, width) => {
        this.#tellClock();
        return bus.load(address, width);
      },
      fetch: (address) => bus.fetch(address),
      store: (address, width, value) => {
        this.#tellClock();
        const done = bus.store(address, width, value);
        this.hart.endRun();
        return done;
      },
    };
  }
}
