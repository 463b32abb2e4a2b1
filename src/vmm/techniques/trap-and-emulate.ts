/**
 * Trap-and-emulate: the guest's kernel runs in the real U-mode, where all that only S-mode may do traps, and we do it to virtual
 * registers instead. It works because RISC-V's sensitive instructions are privileged (Popek and Goldberg, theorem 1).
 */
import { Exception, PteBit, type Instruction, type RetireEvent } from '#machine';
import type { HostClock } from '../clock';
import type { Access, Next, VmExit } from '../exit';
import { PartFailure } from '../guarded';
import { walkGuest, type View } from '../memory/guest-walk';
import { rightsOf, type Shadow } from '../memory/shadow';
import { PAGE_SIZE } from '../memory/slots';
import type { Emulated, Parts } from '../parts';
import type { GuestTrap, GuestWalk, Injection, VirtualInterrupt } from '../vcpu';
import type { HostedVcpu, Vm } from '../vm';
import { ecallExit, FAULTING_ACCESS, instructionAt, outsideRam, privilegedInstruction } from './decode-exit';
import type { Guest, HostHart } from './host-hart';
import { awake, dueInterrupt, INTERRUPT_CAUSE, pendingBits } from './interrupts';
import { GuestRecorder } from './recorder';
import { GuestRegisters } from './registers';
import { viewOf, VirtualState } from './virtual-state';

/** What a VCPU of this technique is made of. */
export interface TrapAndEmulateOptions {
  readonly id: number;
  readonly host: HostHart;
  readonly clock: HostClock;
  readonly shadow: Shadow;
  readonly parts: Parts;
}

const READ_WRITE_EXECUTE = PteBit.R | PteBit.W | PteBit.X;
const SSTATUS_SIE = 1n << 1n;
const A0 = 10;
const A1 = 11;

export class TrapAndEmulateVcpu implements HostedVcpu, Guest {
  readonly id: number;
  readonly vm: Vm;
  readonly registers = new GuestRegisters();
  readonly shadow: Shadow;
  readonly #host: HostHart;
  readonly #clock: HostClock;
  readonly #parts: Parts;
  readonly #virtual: VirtualState;
  readonly #recorder: GuestRecorder;
  ran = 0;
  keepsReservation = false;
  #state: HostedVcpu['state'] = 'stopped';
  /** What the clock reads when the timer interrupt becomes pending. */
  #deadline = Infinity;
  #external = false;
  /** While blocked: what the clock reads when the timer ends the wait. */
  #alarm = Infinity;
  /** Instructions begun, and how many of them raised an exception. */
  #begun = 0;
  #trapped = 0;
  /** An instruction that made the guest exit has begun, and nobody knows yet whether it completes, traps or is tried again. */
  #undecided = false;

  constructor(vm: Vm, options: TrapAndEmulateOptions) {
    this.vm = vm;
    this.id = options.id;
    this.shadow = options.shadow;
    this.#host = options.host;
    this.#clock = options.clock;
    this.#parts = options.parts;
    this.#virtual = this.#virtualState();
    this.#recorder = new GuestRecorder(vm, options.id);
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
  get view(): View {
    return viewOf(this.#virtual);
  }

  // Entering and leaving the guest

  run(budget: number): VmExit {
    this.#decide();
    let left = budget;
    while (left > 0) {
      this.#takeInterrupt();
      const { begun, trap } = this.#host.run(this, Math.min(left, this.#untilTimer()));
      this.keepsReservation = true; // until the guest's mode changes: by a trap, an ecall or sret
      left -= begun;
      this.ran += begun;
      const direct = trap ? begun - 1 : begun;
      this.#pass(direct);
      this.vm.counters.instructionsDirect += direct;
      if (trap) return this.#exitOf(trap);
    }
    return { kind: 'budget' };
  }

  /** The instruction that trapped is counted once it is decided what became of it: see `exitHandled` and `inject`. */
  #exitOf(trap: GuestTrap): VmExit {
    this.#undecided = true;
    this.#recorder.begin(this.#virtual, () => instructionAt(this.#virtual, this.vm.memory));
    if (this.#parts.reflect.owner(trap, this.#virtual) === 'guest') return this.#reflect(trap);
    const access = FAULTING_ACCESS[trap.cause];
    if (access) return this.#pageFault(trap, access);
    if (trap.cause === Exception.environmentCallFromU) return this.#ecall();
    const instruction =
      trap.cause === Exception.illegalInstruction ? privilegedInstruction(Number(trap.tval)) : undefined;
    if (instruction) return { kind: 'privileged', instruction, length: instruction.length };
    return this.#reflect(trap); // nothing that a hypervisor could do: the guest gets its trap after all
  }

  #ecall(): VmExit {
    this.keepsReservation = false;
    this.#trapped++; // an ecall raises an exception and does not retire, whoever serves it
    return ecallExit(this.#virtual);
  }

  #pageFault({ cause, tval: gva }: GuestTrap, access: Access): VmExit {
    const found = this.#virtual.walk(gva, access);
    if (!found.ok) {
      throw new PartFailure(
        'reflect',
        `your \`reflect.owner\` gave the hypervisor the page fault (cause ${cause}) at 0x${gva.toString(16)}, but the guest's own page ` +
          `table forbids this ${access}: only the guest's kernel can do something about it.`,
      );
    }
    const fault = { gva, gpa: found.gpa, access };
    const inRam = this.vm.memory.slots.toHost(found.gpa) !== undefined;
    return inRam ? { kind: 'shadow-miss', ...fault } : outsideRam(this.#virtual, this.vm, fault);
  }

  /** Gives the guest its own trap, with the cause that the guest's processor would have given it. */
  #reflect({ cause, tval }: GuestTrap): VmExit {
    const access = FAULTING_ACCESS[cause];
    const walk: GuestWalk | undefined = access && this.#virtual.walk(tval, access);
    const fromS = cause === Exception.environmentCallFromU && this.#virtual.mode === 'S';
    const seen = fromS ? Exception.environmentCallFromS : walk && !walk.ok ? walk.cause : cause;
    this.inject({ cause: seen, interrupt: false, tval });
    return { kind: 'reflected', cause: seen, tval };
  }

  // Traps and interrupts for the guest

  inject(trap: Injection): void {
    const from = { pc: this.pc, mode: this.#virtual.mode };
    this.#parts.reflect.deliver(trap, this.#virtual);
    this.keepsReservation = false;
    if (!trap.interrupt) this.#trapped++;
    if (!trap.interrupt) this.#decide();
    this.#recorder.trap(trap, from, this.now());
  }

  #takeInterrupt(): void {
    const cause = dueInterrupt(this.#virtual);
    if (cause !== undefined) this.inject({ cause, interrupt: true, tval: 0n });
  }

  setInterrupt(interrupt: VirtualInterrupt, level: boolean): void {
    if (interrupt === 'external') this.#external = level;
    else if (interrupt === 'timer') this.#deadline = level ? 0 : Infinity;
    else {
      const bit = 1n << BigInt(INTERRUPT_CAUSE.software);
      const { csr } = this.#virtual;
      csr.sip = level ? csr.sip | bit : csr.sip & ~bit;
    }
  }

  setTimer(deadline: bigint): void {
    this.#deadline = this.#clock.instructionAt(deadline);
  }

  // What handlers ask for

  emulate(instruction: Instruction): Emulated {
    return this.#parts.virtualSupervisor(instruction, this.#virtual);
  }

  fillShadow(gva: bigint, _gpa: bigint, access: Access): void {
    const { view, vm } = this;
    const found = walkGuest(vm.memory, this.#virtual.csr.satp, view, { gva, access }, 'set');
    const hpa = found.ok ? vm.memory.slots.toHost(found.gpa) : undefined;
    if (!found.ok || hpa === undefined) return; // the guest changed its table meanwhile; trying again will tell
    const rights = found.leaf ? rightsOf(found.leaf, view) : READ_WRITE_EXECUTE;
    this.shadow.map(view, gva, hpa - (hpa % PAGE_SIZE), rights);
    vm.counters.shadowFills++;
  }

  fence(): void {
    this.shadow.flush();
    this.vm.counters.shadowFlushes++;
  }

  start(pc: bigint, opaque: bigint): void {
    const { csr } = this.#virtual;
    csr.satp = 0n;
    csr.sstatus &= ~SSTATUS_SIE;
    this.#virtual.mode = 'S';
    this.pc = pc;
    this.x.set(A0, BigInt(this.id));
    this.x.set(A1, opaque);
    this.shadow.flush();
    this.state = 'runnable';
  }

  exitHandled(next: Next): void {
    if (!this.#undecided) return;
    this.#undecided = next !== 'retry';
    if (next === 'redirected') this.keepsReservation = false;
    if (next !== 'retry') this.#recorder.completed(this.registers);
    if (next !== 'block') this.#decide(); // a wfi completes when its wait is over: at the next entry
  }

  // Waiting and time

  get state(): HostedVcpu['state'] {
    if (this.#state === 'blocked' && (this.#clock.now >= this.#alarm || awake(this.#virtual) !== 0n))
      this.#state = 'runnable';
    return this.#state;
  }
  set state(state: HostedVcpu['state']) {
    this.#state = state;
    this.#alarm = this.#deadline > this.#clock.now ? this.#deadline : Infinity;
  }

  get alarm(): number {
    return this.#state === 'blocked' ? this.#alarm : Infinity;
  }

  now(): bigint {
    return this.#clock.ticks();
  }

  /** Instructions until the timer's interrupt has to be looked at. */
  #untilTimer(): number {
    const { now } = this.#clock;
    return this.#deadline > now ? this.#deadline - now : Infinity;
  }

  /** The undecided instruction counts from now on. */
  #decide(): void {
    if (this.#undecided) this.#pass(1);
    this.#undecided = false;
  }

  #pass(instructions: number): void {
    this.#begun += instructions;
    this.#clock.pass(instructions);
  }

  /** A direct instruction retired; only the stepping executor tells. */
  get onRetire(): ((event: RetireEvent) => void) | undefined {
    return this.vm.onGuestEvent && ((event) => this.#recorder.retired(event, this.#virtual.mode));
  }

  #virtualState(): VirtualState {
    return new VirtualState(this.id, this.registers, {
      pending: () => pendingBits(this.#clock.now >= this.#deadline, this.#external),
      time: () => this.#clock.ticks(),
      cycles: () => BigInt(this.#begun),
      retired: () => BigInt(this.#begun - this.#trapped),
      walk: (gva, access) => walkGuest(this.vm.memory, this.#virtual.csr.satp, this.view, { gva, access }, 'ignore'),
      translationChanged: () => this.fence(),
    });
  }
}
