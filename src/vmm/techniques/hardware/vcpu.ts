/**
 * Hardware assistance: the guest's kernel runs in VS-mode, its programs in VU-mode, both unmodified and directly. What is left for us is
 * what the second stage of translation does not have, devices, calls to firmware, and the few instructions that we closed.
 */
import { Exception, SavedFields, type Instruction, type RetireEvent, type Savable, type TrapEvent } from '#machine';
import type { VmClock } from '../../clock';
import type { Next, TranslationMiss, VmExit } from '../../exit';
import { inspectVirtual, type Inspection } from '../../inspection';
import type { GuestPhysicalMemory } from '../../memory/guest-physical';
import type { Emulated, Parts } from '../../parts';
import type { Injection, VirtualInterrupt } from '../../vcpu';
import type { HostedVcpu, Vm } from '../../vm';
import { ecallExit } from '../decode-exit';
import { InstructionCount } from '../instruction-count';
import { GuestRecorder } from '../recorder';
import type { GuestRegisters } from '../registers';
import { GuestContext } from './guest-context';
import { fetchGuest, GUEST_PAGE_FAULTS, guestFaultExit } from './guest-fault';
import { GuestHart } from './guest-hart';
import { guestTimer, type GuestTimer } from './guest-timer';
import type { HardwareGuest, HypervisorHart, HypervisorTrap } from './hypervisor-hart';

/** What a VCPU of this technique is made of. */
export interface HardwareOptions {
  readonly id: number;
  readonly host: HypervisorHart;
  /** The second stage of its VM, and hgatp for it. */
  readonly space: GuestPhysicalMemory;
  readonly hgatp: bigint;
  readonly parts: Parts;
}

const SSTATUS_SIE = 1n << 1n;
const A0 = 10;
const A1 = 11;

export class HardwareVcpu implements HostedVcpu, HardwareGuest {
  readonly id: number;
  readonly vm: Vm;
  readonly context: GuestContext;
  ran = 0;
  keepsReservation = false;
  readonly #host: HypervisorHart;
  readonly #clock: VmClock;
  readonly #space: GuestPhysicalMemory;
  readonly #parts: Parts;
  readonly #guest: GuestHart;
  readonly #timer: GuestTimer;
  readonly #count: InstructionCount;
  readonly #recorder: GuestRecorder;
  #state: HostedVcpu['state'] = 'stopped';

  constructor(vm: Vm, { id, host, space, hgatp, parts }: HardwareOptions) {
    const { clock } = vm;
    this.vm = vm;
    this.id = id;
    this.#host = host;
    this.#clock = clock;
    this.#space = space;
    this.#parts = parts;
    this.#count = new InstructionCount(clock);
    this.#recorder = new GuestRecorder(vm, id);
    this.context = new GuestContext(hgatp, parts.hardwareAssist);
    const { context } = this;
    const raise = (level: boolean): void => this.#interrupt('timer', level);
    this.#timer = guestTimer(host.hart.isa, { clock, time: parts.virtualTime, context, raise });
    this.#guest = new GuestHart(id, this.context, {
      memory: vm.memory,
      time: () => clock.ticks(),
      cycles: () => this.#count.begun,
      retired: () => this.#count.retired,
    });
  }

  get pc(): bigint {
    return this.context.pc;
  }
  set pc(address: bigint) {
    this.context.pc = address;
  }
  get clock(): VmClock {
    return this.#clock;
  }
  get x(): GuestRegisters {
    return this.context.x;
  }

  // The guest goes in and comes out

  run(budget: number): VmExit {
    const time = this.#parts.virtualTime;
    this.#count.settle();
    let left = budget;
    while (left > 0) {
      const trap = this.#host.run(this, time.budget(left, this.#timer.update(), this.#clock.now));
      const { begun, trapped } = this.#host;
      this.keepsReservation = true; // until the guest's mode changes
      this.ran += begun;
      left -= begun;
      this.#countDirect(trap ? begun - 1 : begun, trap ? trapped - 1 : trapped);
      if (trap) return this.#exitOf(trap);
    }
    return { kind: 'budget' };
  }

  #exitOf(trap: HypervisorTrap): VmExit {
    const { cause, stval } = trap;
    const { hart } = this.#host;
    this.#count.exit();
    this.#recorder.begin(this.#guest, () => fetchGuest(hart, hart.decode));
    if (cause === Exception.environmentCallFromVS) {
      this.#trapped(); // an ecall does not retire, whoever serves it
      return ecallExit(this);
    }
    if (GUEST_PAGE_FAULTS[cause]) return guestFaultExit(trap, hart, this.vm);
    const instruction = cause === Exception.virtualInstruction ? hart.decode(Number(stval)) : undefined;
    if (instruction) return { kind: 'privileged', instruction, length: instruction.length };
    // Not delegated, but nobody's business but the guest's.
    this.inject({ cause, interrupt: false, tval: stval });
    return { kind: 'reflected', cause, tval: stval };
  }

  exitHandled(next: Next): void {
    if (next === 'redirected') this.keepsReservation = false;
    if (this.#count.judged(next)) this.#recorder.completed(this.x);
  }

  // Traps and interrupts for the guest

  /** Exceptions only: interrupts come by hvip, and the hart takes them when the guest lets it. */
  inject(trap: Injection): void {
    const from = { pc: this.pc, mode: this.context.mode };
    this.#parts.reflect.deliver(trap, this.#guest);
    this.#trapped();
    this.#count.settle();
    this.#recorder.trap(trap, from, this.now());
  }

  setInterrupt(interrupt: VirtualInterrupt, level: boolean): void {
    if (interrupt === 'timer') this.setTimer(level ? 0n : 2n ** 64n - 1n);
    else this.#interrupt(interrupt, level);
  }

  #interrupt(interrupt: VirtualInterrupt, level: boolean): void {
    this.#parts.hardwareAssist.interrupt(this.context.csr, interrupt, level);
  }

  setTimer(deadline: bigint): void {
    this.#timer.set(deadline);
  }

  // What handlers and SBI calls ask for

  emulate(instruction: Instruction): Emulated {
    return this.#parts.hardwareAssist.virtualInstruction(instruction, this.#guest);
  }

  enterTranslation({ gpa }: TranslationMiss): void {
    if (this.#space.enter(gpa)) return;
    const detail = `the host has no memory left for the page tables of the guest's memory at 0x${gpa.toString(16)}`;
    this.vm.ending = { why: 'killed', code: 1, detail };
  }

  fence(): void {
    this.#host.fence(this);
  }

  start(pc: bigint, opaque: bigint): void {
    const { csr } = this.context;
    csr.write('vsatp', 0n);
    csr.write('vsstatus', csr.read('vsstatus') & ~SSTATUS_SIE);
    this.context.mode = 'S';
    this.pc = pc;
    this.x.set(A0, BigInt(this.id));
    this.x.set(A1, opaque);
    this.#state = 'runnable';
  }

  // Waiting and time

  get state(): HostedVcpu['state'] {
    if (this.#state === 'blocked' && this.#woken()) this.#state = 'runnable';
    return this.#state;
  }
  set state(state: HostedVcpu['state']) {
    this.#state = state;
    if (state === 'blocked') this.#timer.wait();
  }

  /** What we hold pending for the guest; vstimecmp, which the hart compares, counts as an alarm. */
  #woken(): boolean {
    const { csr } = this.context;
    const interrupts = { pending: csr.read('hvip') >> 1n, enabled: csr.read('vsie') };
    return this.#parts.virtualTime.wakes(interrupts, this.#timer.alarm(), this.#clock.now);
  }

  get alarm(): number {
    return this.#state === 'blocked' ? this.#timer.alarm() : Infinity;
  }

  now(): bigint {
    return this.#clock.ticks();
  }

  inspect(): Inspection {
    return inspectVirtual(this.#guest, { kind: 'g-stage', atp: this.context.csr.read('hgatp') });
  }

  readonly savable: Savable = {
    save: () => {
      this.#host.release(this);
      const [guest, timer, count] = [this.context.saved(), this.#timer.save(), this.#count.save()];
      return { guest, timer, count, state: this.#state };
    },
    restore: (saved) => {
      this.#host.release(this);
      const from = new SavedFields(saved, `VCPU ${this.id}`);
      this.context.restore(from.part('guest'));
      this.#timer.restore(from.saved('timer'));
      this.#count.restore(from.saved('count'));
      this.#state = from.oneOf('state', ['runnable', 'blocked', 'stopped']);
    },
  };

  // Counting and telling

  #countDirect(instructions: number, trapped: number): void {
    this.#count.direct(instructions);
    this.#count.trapped(trapped);
    this.vm.counters.instructionsDirect += instructions;
  }

  /** The instruction at hand changes the guest's mode instead of retiring. */
  #trapped(): void {
    this.#count.trapped(1);
    this.keepsReservation = false;
  }

  /** A trap that the hart took to the guest's own kernel. Interrupts of VS-mode are known there by the numbers of S-mode, one lower. */
  readonly onTrap = ({ cause, interrupt, tval, pc, from }: TrapEvent): void => {
    const own = { cause: interrupt ? cause - 1 : cause, interrupt, tval };
    this.#recorder.trap(own, { pc, mode: from === 'VU' ? 'U' : 'S' }, this.#host.guestTime());
  };

  get onRetire(): ((event: RetireEvent) => void) | undefined {
    return this.vm.onGuestEvent && ((event) => this.#recorder.retired(event, event.mode === 'VU' ? 'U' : 'S'));
  }
}
