/** One hart: state, ports and the loop that runs instructions for a budget (Privileged, "Machine-Level ISA"). */
import { HART } from '../engine/layout';
import { unsigned } from '../bits';
import { FULL_ISA } from '../isa';
import type { Instruction, Width } from '../isa/row';
import { Pmp } from '../mmu/pmp';
import { Mmu } from '../mmu/translate';
import { alarms, TimerLines } from './alarms';
import { Interrupt, Trap } from './cause';
import { CsrFile } from './csr-file';
import type { CsrHart } from './csr-row';
import { handlerOf } from './delegate';
import type { HartStop, RetireEvent, TrapEvent } from './events';
import { supervisorTimerIsOn } from './csr-timer';
import { Csr, GuestStatus, Status } from './fields';
import { floatChanged } from './floating-point';
import { guestInterruptsChanged } from './guest-interrupts';
import { nextInterrupt } from './interrupts';
import {
  INSTRUCTIONS_PER_TICK,
  LONGEST_SLICE,
  type Executor,
  type HartOptions,
  type Timer,
  type Translations,
} from './ports';
import { isGuest, M, modeOf, privilegeOf, type HandlerMode, type Mode } from './privilege';
import { HartState, NOTHING_RESERVED } from './state';
import { enterHandler, leaveHandler, type TrapRecord } from './trap';
import { trapInstruction } from './trap-instruction';
import { VirtualMemory } from './virtual-memory';

export class Hart extends HartState implements CsrHart {
  readonly csr: CsrFile;
  readonly mmu: Mmu;
  readonly virtual: VirtualMemory;
  readonly executor: Executor;
  /**
   * The software of this mode is TypeScript. A trap into it writes the CSRs as hardware does, then `run` returns; a `run` that
   * starts in this mode first returns from the trap, as xRET does (mode from xPP, pc from xepc).
   */
  nativeMode: 'M' | 'S' | undefined;
  /** Only the stepping executor calls it. */
  onRetire: ((event: RetireEvent) => void) | undefined;
  onTrap: ((event: TrapEvent) => void) | undefined;

  /** Asks the executor to come back before the next instruction. */
  stopping = false;
  /** In a wfi. `run` ends the wait if an enabled interrupt is pending; who clears this ends it for no reason, which is allowed. */
  waiting = false;
  /** Exceptions taken since reset. */
  trapped = 0;

  readonly #timer: Timer;
  readonly #timerLines: TimerLines;
  readonly #pmp = new Pmp();
  readonly #resetVector: bigint;
  /** Instructions begun before this slice, and the length of this slice. */
  #begunBefore = 0;
  #slice = 0;
  #outcome: HartStop | undefined;

  constructor(options: HartOptions) {
    super(options.memory, options.id, options.isa ?? FULL_ISA);
    this.nativeMode = options.nativeMode;
    this.#timer = options.timer;
    this.#timerLines = new TimerLines(this, options.timer);
    this.#resetVector = options.resetVector;
    this.csr = new CsrFile(this);
    this.mmu = new Mmu(this, options.memory, this.#pmp);
    this.virtual = new VirtualMemory(this, options.memory, options.bus, this.mmu);
    this.executor = options.executor(this);
    this.reset();
  }

  /** The state after power-on: M-mode at the reset vector, all else 0 (Privileged, "Reset"). */
  reset(): void {
    this.x.fill(0n);
    this.f.fill(0n);
    this.csr.reset();
    floatChanged(this);
    this.reservation = NOTHING_RESERVED;
    this.pc = this.#resetVector;
    this.#begunBefore = this.#slice = this.budget = this.trapped = this.lines = 0;
    this.#timerLines.forget();
    this.waiting = false;
    this.#outcome = undefined;
    this.storeMode(M, false);
    this.protectionChanged();
    this.executor.selectBanks();
  }

  /** After all other state was restored: goes on as if `begun` instructions had begun, with empty caches. */
  resume(begun: number): void {
    this.#begunBefore = begun;
    this.#timerLines.forget();
    floatChanged(this);
    this.protectionChanged();
    this.executor.selectBanks();
  }

  get mode(): Mode {
    return modeOf(this.privilege, this.inGuest);
  }
  set mode(mode: Mode) {
    const wasGuest = this.inGuest;
    this.storeMode(privilegeOf(mode), isGuest(mode));
    if (this.inGuest !== wasGuest) floatChanged(this); // vsstatus.FS counts in guests only
    this.reservation = NOTHING_RESERVED; // an SC never succeeds on another context's reservation
    this.executor.selectBanks();
  }

  /** Instructions begun since reset; those that trapped count. Exact at any time, without the one being executed. */
  get begun(): number {
    return this.#begunBefore + this.#slice - this.budget;
  }

  /** Begins at most `budget` instructions (1 .. 2^53) and says why it came back. */
  run(budget: number): HartStop {
    this.#outcome = undefined;
    if (this.nativeMode && this.mode === this.nativeMode) this.returnFrom(this.nativeMode);
    for (let left = budget; left > 0;) {
      const untilAlarm = this.#timerLines.update();
      if (this.waiting && !this.#isCalled()) return { why: 'waiting' };
      this.waiting = false;
      this.takeInterrupt();
      if (this.#outcome) return this.#outcome;
      left -= this.#runSlice(Math.min(left, LONGEST_SLICE, untilAlarm));
      if (this.#outcome) return this.#outcome;
    }
    return { why: 'budget' };
  }

  /** Gives the number of instructions begun. */
  #runSlice(instructions: number): number {
    this.#slice = this.budget = instructions;
    this.#startClock();
    this.stopping = false;
    try {
      this.executor.run();
    } finally {
      this.#begunBefore = this.begun;
      instructions -= this.budget;
      this.#slice = this.budget = 0;
    }
    return instructions;
  }

  /** What generated code tells the time by until the slice ends. */
  #startClock(): void {
    const { memory, base } = this;
    memory.u64[(base + HART.TICKS) >> 3] = this.#timer.ticks();
    memory.i32[(base + HART.SLICE_END) >> 2] = (this.#timer.instructionsPassed() % INSTRUCTIONS_PER_TICK) + this.#slice;
  }

  /** A deadline has changed: the slice ends before the next instruction, so that they are looked at again. */
  endSlice(): void {
    this.stopping = true;
    this.#timerLines.forget();
  }

  /** Ends `run` before the next instruction, as if the budget were used up. */
  endRun(): void {
    if (!this.#outcome) this.#finish({ why: 'budget' });
  }

  #finish(outcome: HartStop): void {
    this.#outcome = outcome;
    this.stopping = true;
  }

  /** The machine is off: `run` returns after this instruction. */
  halt(code: number): void {
    this.#finish({ why: 'halted', code });
  }

  /** Takes an exception (or interrupt) that tells nothing about a guest: writes the handler's CSRs and goes there. `pc` must be that of the instruction at hand. */
  trap(cause: number, tval: bigint, interrupt = false): void {
    this.#enter({ cause, tval, interrupt, gva: false, tval2: 0n, tinst: 0n });
  }

  /** Takes an exception; `instruction` is the one that raised it, if it could be fetched. */
  take(trap: Trap, instruction?: Instruction): void {
    const { cause, tval, guest } = trap;
    const tinst = this.isa.has('H') ? trapInstruction(this, trap, instruction) : 0n;
    this.#enter({ cause, tval, interrupt: false, gva: guest.gva, tval2: guest.tval2, tinst });
  }

  #enter(trap: TrapRecord): void {
    const { cause, interrupt, tval } = trap;
    const to = handlerOf(this, cause, interrupt);
    if (this.onTrap) this.onTrap({ cause, interrupt, tval, pc: this.pc, from: this.mode, to });
    enterHandler(this, to, trap);
    if (!interrupt) this.trapped++;
    this.mode = to;
    if (to === this.nativeMode) this.#finish({ why: 'trap', to });
  }

  /** Runs semantics that may throw Trap; here, and nowhere else, the throw becomes a trap. `instruction`: the one being executed. */
  attempt<A, R>(semantics: (hart: Hart, argument: A) => R, argument: A, instruction?: Instruction): R | undefined {
    try {
      return semantics(this, argument);
    } catch (thrown) {
      if (!(thrown instanceof Trap)) throw thrown;
      this.take(thrown, instruction);
      return undefined;
    }
  }

  /** mret and sret: undoes the trap into mode `from`. */
  returnFrom(from: HandlerMode): void {
    this.mode = leaveHandler(this, from);
  }

  /** Takes the interrupt that is due, if one is. Executors call it between two instructions where the answer may have changed. */
  takeInterrupt(): void {
    const pending = this.#pending() & this.low(Csr.mie);
    if (pending === 0) return;
    const cause = nextInterrupt(this, pending);
    if (cause) this.trap(cause, 0n, true);
  }

  /** mip, its low 32 bits. */
  #pending(lines = this.lines): number {
    return this.low(Csr.mip) | this.low(Csr.hvip) | lines;
  }

  /** wfi: goes on at once if an enabled interrupt is pending, whether or not it would be taken; else the run ends. */
  waitForInterrupt(): void {
    if (this.#isCalled()) return;
    this.waiting = true;
    this.#finish({ why: 'waiting' });
  }

  /** Instructions that others may begin until this hart, which waits, can go on: 0 if at once, Infinity if time alone never ends the wait. */
  untilCalled(): number {
    const enabled = this.low(Csr.mie);
    const { due, notDue, next } = alarms(this, this.#timer, enabled);
    return (this.#pending(this.lines & ~notDue) | due) & enabled ? 0 : next;
  }

  /** An interrupt that mie enables is pending: what ends a wfi (Privileged, "Wait for Interrupt"). */
  #isCalled(): boolean {
    return (this.#pending() & this.low(Csr.mie)) !== 0;
  }

  ticks(): bigint {
    return this.#timer.ticks();
  }
  /** time as guests read it: "the sum of the contents of htimedelta and the actual value of time", modulo 2^64. */
  guestTicks(): bigint {
    return unsigned(this.ticks() + this.slot(Csr.htimedelta));
  }

  statusChanged(low: number, high: number): void {
    if (low & Status.FS) floatChanged(this);
    if (low & Status.MXR) this.translationChanged('all');
    if (low & (Status.SUM | Status.MPRV | Status.MPP) || high & GuestStatus.PV) this.executor.selectBanks();
  }
  guestStatusChanged(low: number): void {
    if (low & Status.FS) floatChanged(this);
    if (low & Status.MXR) this.translationChanged('guest');
    if (low & Status.SUM) this.executor.selectBanks();
  }
  hypervisorStatusChanged(): void {
    guestInterruptsChanged(this);
    this.executor.selectBanks();
  }
  environmentChanged(changed: bigint): void {
    if (changed === 0n) return;
    if (supervisorTimerIsOn(this)) this.setLow(Csr.mip, this.low(Csr.mip) & ~(1 << Interrupt.supervisorTimer));
    this.timersChanged();
    this.translationChanged('all'); // software has to fence; without the need to, executors agree
  }
  timersChanged(): void {
    this.endSlice();
  }
  translationChanged(which: Translations): void {
    this.executor.forgetTranslations(which);
  }
  protectionChanged(): void {
    this.#pmp.update(this);
    this.translationChanged('all');
  }

  /** `width` bytes at a virtual address, zero-extended, with the present mode's rights; throws Trap. */
  load(address: bigint, width: Width): bigint {
    return this.virtual.load(address, width);
  }
  store(address: bigint, width: Width, value: bigint): void {
    this.virtual.store(address, width, value);
  }
  /** The instruction's 16 or 32 bits; throws Trap. */
  fetch(address: bigint): number {
    return this.virtual.fetch(address);
  }
}
