/**
 * Trap-and-emulate: the guest's kernel runs in the real U-mode, where all that only S-mode may do traps, and we do it to virtual
 * registers instead. It works because RISC-V's sensitive instructions are privileged (Popek and Goldberg, theorem 1).
 */
import type { Instruction, Isa, RetireEvent, Savable } from '#machine';
import type { VmClock } from '../clock';
import type { Next, TranslationMiss, VmExit } from '../exit';
import { inspectVirtual, type Inspection } from '../inspection';
import type { View } from '../memory/guest-walk';
import { GuestSpace } from '../memory/shadow/guest-space';
import type { ShadowTables } from '../memory/shadow/shadow-tables';
import type { Emulated, Parts } from '../parts';
import type { GuestTrap, Injection, VirtualHart, VirtualInterrupt } from '../vcpu';
import type { HostedVcpu, Vm } from '../vm';
import { exitFor, instructionAt, ownTrap } from './decode-exit';
import type { Came, Guest, HostTable } from './host-hart';
import { GuestFloats } from './guest-floats';
import { InstructionCount } from './instruction-count';
import { interruptsOf, InterruptWires, SOFTWARE } from './interrupts';
import { GuestRecorder } from './recorder';
import { GuestRegisters } from './registers';
import { savableVcpu } from './saved-vcpu';
import { Waiting } from './waiting';
import { viewOf, VirtualState, type Surroundings } from './virtual-state';

/** Runs a VCPU for at most `budget` of its instructions. */
interface GuestRunner {
  run(guest: TrapAndEmulateVcpu, budget: number): Came;
}

/** What a VCPU of this technique is made of. */
export interface TrapAndEmulateOptions {
  readonly id: number;
  readonly isa: Isa;
  /** The real hart, or what stands between it and this guest. */
  readonly host: GuestRunner;
  /** The VM's. */
  readonly tables: ShadowTables;
  readonly parts: Parts;
}

const SSTATUS_FS = 3n << 13n;
const SSTATUS_FS_AT = 13n;
const SSTATUS_SIE = 1n << 1n;
const NEVER = 2n ** 64n - 1n;
const A0 = 10;
const A1 = 11;

export class TrapAndEmulateVcpu implements HostedVcpu, Guest {
  readonly id: number;
  readonly vm: Vm;
  readonly registers = new GuestRegisters();
  readonly space: GuestSpace;
  readonly floats: GuestFloats | undefined;
  ran = 0;
  keepsReservation = false;
  readonly #host: GuestRunner;
  readonly #clock: VmClock;
  readonly #parts: Parts;
  readonly #virtual: VirtualState;
  readonly #wires: InterruptWires;
  readonly #count: InstructionCount;
  readonly #recorder: GuestRecorder;
  readonly #waiting: Waiting;
  #view: View = { mode: 'S', sum: false, mxr: false };
  /** The sstatus of that view. */
  #viewedBy = 0n;

  constructor(vm: Vm, { id, isa, host, tables, parts }: TrapAndEmulateOptions) {
    this.vm = vm;
    this.id = id;
    this.space = new GuestSpace({ memory: vm.memory, tables, paging: parts.shadowPaging, counters: vm.counters });
    this.floats = isa.has('F') ? new GuestFloats() : undefined;
    this.#host = host;
    this.#clock = vm.clock;
    this.#parts = parts;
    this.#wires = new InterruptWires(vm.clock, parts.virtualTime);
    this.#count = new InstructionCount(vm.clock);
    this.#recorder = new GuestRecorder(vm, id);
    this.#virtual = this.#virtualState();
    this.#waiting = new Waiting(vm.clock, this.#wires, parts.virtualTime, () => interruptsOf(this.#virtual));
  }

  get pc(): bigint {
    return this.#virtual.pc;
  }
  set pc(address: bigint) {
    this.#virtual.pc = address;
  }
  get x(): GuestRegisters {
    return this.registers;
  }
  get virtual(): VirtualHart {
    return this.#virtual;
  }
  /** Asked at every entry, and seldom another one. */
  get view(): View {
    const { mode, csr } = this.#virtual;
    if (csr.sstatus !== this.#viewedBy || mode !== this.#view.mode) {
      this.#viewedBy = csr.sstatus;
      this.#view = viewOf(this.#virtual);
    }
    return this.#view;
  }
  get table(): HostTable {
    return this.space.table(this.view);
  }

  // The guest goes in and comes out

  run(budget: number): VmExit {
    const time = this.#parts.virtualTime;
    this.#count.settle();
    let left = budget;
    while (left > 0) {
      this.#takeInterrupt();
      const { begun, trap } = this.#enter(time.budget(left, this.#wires.deadline, this.#clock.now));
      this.keepsReservation = true; // until the guest's mode changes: by a trap, an ecall or sret
      this.ran += begun;
      left -= begun;
      this.#countDirect(trap ? begun - 1 : begun);
      if (trap) return this.#exitOf(trap);
    }
    return { kind: 'budget' };
  }

  /** sstatus.FS goes in with the guest, and comes out Dirty if it has changed a register. */
  #enter(budget: number): Came {
    const { floats } = this;
    if (!floats) return this.#host.run(this, budget);
    const { csr } = this.#virtual;
    const before = Number((csr.sstatus & SSTATUS_FS) >> SSTATUS_FS_AT);
    floats.status = before;
    const came = this.#host.run(this, budget);
    if (floats.status !== before) csr.sstatus |= SSTATUS_FS;
    return came;
  }

  /** Whose trap is it? The guest gets its own at once; the others become exits. */
  #exitOf(trap: GuestTrap): VmExit {
    this.#count.exit();
    this.#recorder.begin(this.#virtual, () => instructionAt(this.#virtual, this.vm.memory));
    const owner = this.#parts.reflect.owner(trap, this.#virtual);
    const exit = owner === 'vmm' ? exitFor(trap, this.#virtual, this.vm) : undefined;
    if (exit?.kind === 'ecall') this.#trapped(); // an ecall does not retire, whoever serves it
    // Outside RAM there is nothing to enter into the shadow, but the hardware would have marked the guest's entry as used.
    if (exit?.kind === 'mmio' || exit?.kind === 'unmapped') this.space.walk(this.view, exit.gva, exit.access, 'set');
    return exit ?? this.#reflect(trap);
  }

  #reflect(trap: GuestTrap): VmExit {
    const own = ownTrap(trap, this.#virtual);
    this.inject(own);
    return { kind: 'reflected', cause: own.cause, tval: own.tval };
  }

  exitHandled(next: Next): void {
    if (next === 'redirected') this.keepsReservation = false;
    if (this.#count.judged(next)) this.#recorder.completed(this.registers);
  }

  // Traps and interrupts for the guest

  inject(trap: Injection): void {
    const from = { pc: this.pc, mode: this.#virtual.mode };
    this.#parts.reflect.deliver(trap, this.#virtual);
    if (trap.interrupt) this.keepsReservation = false;
    else {
      this.#trapped();
      this.#count.settle();
    }
    this.#recorder.trap(trap, from, this.now());
  }

  #takeInterrupt(): void {
    const cause = this.#parts.virtualTime.due(interruptsOf(this.#virtual));
    if (cause !== undefined) this.inject({ cause, interrupt: true, tval: 0n });
  }

  setInterrupt(interrupt: VirtualInterrupt, level: boolean): void {
    const { csr } = this.#virtual;
    if (interrupt === 'external') this.#wires.external = level;
    else if (interrupt === 'timer') this.setTimer(level ? 0n : NEVER);
    else csr.sip = level ? csr.sip | SOFTWARE : csr.sip & ~SOFTWARE;
  }

  setTimer(deadline: bigint): void {
    this.#wires.setTimer(deadline);
  }

  // What handlers and SBI calls ask for

  emulate(instruction: Instruction): Emulated {
    return this.#parts.virtualSupervisor(instruction, this.#virtual);
  }

  enterTranslation({ gva, access }: TranslationMiss): void {
    this.space.fill(this.view, gva, access);
  }

  fence(): void {
    this.space.fence();
  }

  start(pc: bigint, opaque: bigint): void {
    const { csr } = this.#virtual;
    csr.satp = 0n;
    this.space.switchTo(0n);
    csr.sstatus &= ~SSTATUS_SIE;
    this.#virtual.mode = 'S';
    this.pc = pc;
    this.x.set(A0, BigInt(this.id));
    this.x.set(A1, opaque);
    this.state = 'runnable';
  }

  // Waiting and time

  get state(): HostedVcpu['state'] {
    return this.#waiting.state;
  }
  set state(state: HostedVcpu['state']) {
    this.#waiting.state = state;
  }

  get alarm(): number {
    return this.#waiting.alarm;
  }

  now(): bigint {
    return this.#clock.ticks();
  }

  // Counting and telling

  #countDirect(instructions: number): void {
    this.#count.direct(instructions);
    this.vm.counters.instructionsDirect += instructions;
  }

  /** The instruction at hand changes the guest's mode instead of retiring. */
  #trapped(): void {
    this.#count.trapped();
    this.keepsReservation = false;
  }

  get onRetire(): ((event: RetireEvent) => void) | undefined {
    return this.vm.onGuestEvent && ((event) => this.#recorder.retired(event, this.#virtual.mode));
  }

  inspect(): Inspection {
    return inspectVirtual(this.#virtual, { kind: 'shadow', atp: this.space.shadowOf(this.view) ?? 0n });
  }

  get savable(): Savable {
    this.keepsReservation = false;
    const state = {
      virtual: this.#virtual,
      registers: this.registers,
      wires: this.#wires,
      count: this.#count,
      floats: this.floats,
      waiting: this.#waiting,
    };
    return savableVcpu(state, () => this.space.switchTo(this.#virtual.csr.satp));
  }

  /** The registers that parts work on, and what they may ask about the world around them. */
  #virtualState(): VirtualState {
    const around: Surroundings = {
      pending: () => this.#wires.pending,
      time: () => this.#clock.ticks(),
      cycles: () => this.#count.begun,
      retired: () => this.#count.retired,
      walk: (gva, access) => this.space.walk(this.view, gva, access, 'ignore'),
      translationChanged: (why, gva) =>
        why === 'satp' ? this.space.switchTo(this.#virtual.csr.satp) : this.space.fence(gva),
    };
    return new VirtualState(this.id, this.registers, around, this.floats !== undefined);
  }
}
