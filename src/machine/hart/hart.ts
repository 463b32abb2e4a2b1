/** One hart: state, ports and the loop that runs instructions for a budget (Privileged, "Machine-Level ISA"). */
import type { PhysicalMemory } from '../engine/memory';
import { FULL_ISA, type Isa } from '../isa';
import type { Width } from '../isa/row';
import { Pmp } from '../mmu/pmp';
import { Mmu } from '../mmu/translate';
import { alarms } from './alarms';
import { Trap, type Access } from './cause';
import { CsrFile } from './csr-file';
import type { CsrHart } from './csr-row';
import { handlerOf } from './delegate';
import type { RetireEvent, TrapEvent } from './events';
import { Csr, Status } from './fields';
import { floatChanged } from './floating-point';
import { nextInterrupt } from './interrupts';
import type { Executor, PhysicalBus, Timer } from './ports';
import { M, modeOf, privilegeOf, S, type Mode, type Privilege } from './privilege';
import { HartState, NOTHING_RESERVED } from './state';
import { enterHandler, leaveHandler } from './trap';
import { VirtualMemory } from './virtual-memory';

/** Why `run` came back. */
export type HartStop =
  /** All instructions of the budget have begun. */
  | { readonly why: 'budget' }
  /** A trap went to the mode whose software is TypeScript: its CSRs are written as hardware does. */
  | { readonly why: 'trap'; readonly to: Mode }
  /** wfi: the pc is behind it, and nothing will run until an interrupt that mie enables is pending. */
  | { readonly why: 'waiting' }
  /** The guest turned the machine off with this code. */
  | { readonly why: 'halted'; readonly code: number };

export interface HartOptions {
  /** 0 .. MAX_HARTS - 1; also mhartid. */
  readonly id: number;
  /** Default: all that there is. */
  readonly isa?: Isa;
  readonly memory: PhysicalMemory;
  readonly bus: PhysicalBus;
  readonly timer: Timer;
  readonly executor: (hart: Hart) => Executor;
  /** Where the hart starts after reset. */
  readonly resetVector: bigint;
  /** Clear A and D bits raise page faults instead of being set by hardware. */
  readonly svade?: boolean;
  readonly nativeMode?: 'M' | 'S';
}

/** Slices end now and then even without a deadline: V8 exchanges WebAssembly code for better code only at a call. */
const LONGEST_SLICE = 2 ** 20;

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
  /** Interrupts that devices hold pending, as bits of mip. */
  lines = 0;
  /** Exceptions taken since reset. */
  trapped = 0;

  readonly #timer: Timer;
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
    this.#resetVector = options.resetVector;
    this.csr = new CsrFile(this);
    this.mmu = new Mmu(this, options.memory, this.#pmp, options.svade ?? false);
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
    this.waiting = false;
    this.#outcome = undefined;
    this.storePrivilege(M);
    this.protectionChanged();
    this.executor.selectBanks();
  }

  get mode(): Mode {
    return modeOf(this.privilege);
  }
  set mode(mode: Mode) {
    this.#setPrivilege(privilegeOf(mode));
  }

  /** Instructions begun since reset; those that trapped count. Exact at any time, without the one being executed. */
  get begun(): number {
    return this.#begunBefore + this.#slice - this.budget;
  }

  /** Begins at most `budget` instructions (1 .. 2^53) and says why it came back. */
  run(budget: number): HartStop {
    this.#outcome = undefined;
    if (this.nativeMode && this.mode === this.nativeMode) this.returnFrom(this.nativeMode === 'M' ? M : S);
    for (let left = budget; left > 0;) {
      const untilAlarm = this.#updateAlarms();
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

  /** Ends the slice before the next instruction, so that deadlines are looked at again. */
  endSlice(): void {
    this.stopping = true;
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

  /** Takes an exception (or interrupt): writes the handler's CSRs and goes there. `pc` must be that of the instruction at hand. */
  trap(cause: number, tval: bigint, interrupt = false): void {
    const from = this.privilege;
    const to = handlerOf(cause, from, this.low(interrupt ? Csr.mideleg : Csr.medeleg));
    if (this.onTrap) this.onTrap({ cause, interrupt, tval, pc: this.pc, from, to });
    enterHandler(this, to, cause, interrupt, tval);
    if (!interrupt) this.trapped++;
    this.#setPrivilege(to);
    if (this.nativeMode && to === privilegeOf(this.nativeMode)) this.#finish({ why: 'trap', to: this.nativeMode });
  }

  /** Runs semantics that may throw Trap; here, and nowhere else, the throw becomes a trap. */
  attempt<T>(semantics: (hart: Hart, argument: T) => void, argument: T): void {
    try {
      semantics(this, argument);
    } catch (thrown) {
      if (!(thrown instanceof Trap)) throw thrown;
      this.trap(thrown.cause, thrown.tval);
    }
  }

  /** mret and sret: undoes the trap into mode `from`. */
  returnFrom(from: typeof M | typeof S): void {
    this.#setPrivilege(leaveHandler(this, from));
  }

  #setPrivilege(privilege: Privilege): void {
    this.storePrivilege(privilege);
    this.reservation = NOTHING_RESERVED; // an SC never succeeds on another context's reservation
    this.executor.selectBanks();
  }

  /** Takes the interrupt that is due, if one is. Executors call it between two instructions where the answer may have changed. */
  takeInterrupt(): void {
    const pending = (this.low(Csr.mip) | this.lines) & this.low(Csr.mie);
    if (pending === 0) return;
    const cause = nextInterrupt(this, pending);
    if (cause) this.trap(cause, 0n, true);
  }

  /** The wire of one interrupt (3, 7, 9 or 11: a bit of mip) from a device. */
  setInterrupt(cause: number, level: boolean): void {
    this.lines = level ? this.lines | (1 << cause) : this.lines & ~(1 << cause);
  }
  interruptLine(cause: number): { set(level: boolean): void } {
    return { set: (level) => this.setInterrupt(cause, level) };
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
    return (this.low(Csr.mip) | (this.lines & ~notDue) | due) & enabled ? 0 : next;
  }

  /** An interrupt that mie enables is pending: what ends a wfi (Privileged, "Wait for Interrupt"). */
  #isCalled(): boolean {
    return ((this.low(Csr.mip) | this.lines) & this.low(Csr.mie)) !== 0;
  }

  /** Sets the timers' interrupt lines to what the time says. Gives the instructions until that may change. */
  #updateAlarms(): number {
    const { due, notDue, next } = alarms(this, this.#timer);
    this.lines = (this.lines | due) & ~notDue;
    return next;
  }

  ticks(): bigint {
    return this.#timer.ticks();
  }

  statusChanged(from: number): void {
    const changed = this.low(Csr.mstatus) ^ from;
    if (changed & Status.FS) floatChanged(this);
    if (changed & Status.MXR) this.translationChanged();
    if (changed & (Status.SUM | Status.MPRV | Status.MPP)) this.executor.selectBanks();
  }
  translationChanged(): void {
    this.executor.forgetTranslations();
  }
  protectionChanged(): void {
    this.#pmp.update(this);
    this.executor.forgetTranslations();
  }

  /** Physical address that an access of one byte at `address` reaches; throws Trap. */
  translate(address: bigint, access: Access): number {
    return this.virtual.translate(address, 1, access);
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
