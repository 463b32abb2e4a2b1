/**
 * A VCPU whose guest knows where it runs: the kernel in U-mode, on its own page tables, with hypercalls for what only S-mode may do.
 * As Xen does it (Barham et al., "Xen and the Art of Virtualization", SOSP 2003); docs/paravirtual.md is the contract.
 */
import { Exception, type RetireEvent, type Savable } from '#machine';
import type { VmClock } from '../../clock';
import type { Access, Next, VmExit } from '../../exit';
import type { Emulated } from '../../parts';
import type { Inspection } from '../../inspection';
import type { VirtualTime } from '../../virtual-time';
import type { GuestTrap, GuestWalk, Injection, VirtualInterrupt } from '../../vcpu';
import type { HostedVcpu, Vm } from '../../vm';
import type { SbiOutcome } from '../../sbi/extension';
import { deviceExit, ecallExit, FAULTING_ACCESS, instructionAt } from '../decode-exit';
import type { Guest, HostHart, HostTable } from '../host-hart';
import { InstructionCount } from '../instruction-count';
import { InterruptWires, SOFTWARE } from '../interrupts';
import { GuestRecorder } from '../recorder';
import { GuestRegisters } from '../registers';
import { Waiting } from '../waiting';
import type { Domain, Roots } from './domain';
import { Hypercalls } from './hypercalls';
import { savableVcpu } from './saved-vcpu';
import { look, type Found } from './look';
import { Upcalls } from './upcalls';

export interface ParavirtualOptions {
  readonly id: number;
  readonly host: HostHart;
  readonly domain: Domain;
  readonly time: VirtualTime;
}

const NEVER = 2n ** 64n - 1n;
const A0 = 10;
const A1 = 11;

export class ParavirtualVcpu implements HostedVcpu, Guest {
  readonly id: number;
  readonly vm: Vm;
  readonly domain: Domain;
  readonly registers = new GuestRegisters();
  readonly upcalls: Upcalls;
  pc = 0n;
  /** Which of its roots the hart uses: the kernel's, or the user program's. */
  mode: 'S' | 'U' = 'S';
  roots: Roots | undefined;
  ran = 0;
  keepsReservation = false;
  readonly #hypercalls = new Hypercalls(this);
  readonly #host: HostHart;
  readonly #clock: VmClock;
  readonly #time: VirtualTime;
  readonly #wires: InterruptWires;
  readonly #waiting: Waiting;
  readonly #count: InstructionCount;
  readonly #recorder: GuestRecorder;
  /** A software interrupt that has not been delivered. */
  #software = false;

  constructor(vm: Vm, { id, host, domain, time }: ParavirtualOptions) {
    this.vm = vm;
    this.id = id;
    this.domain = domain;
    this.#host = host;
    this.#clock = vm.clock;
    this.#time = time;
    this.#wires = new InterruptWires(vm.clock, time);
    this.#count = new InstructionCount(vm.clock);
    this.#recorder = new GuestRecorder(vm, id);
    this.upcalls = new Upcalls(this, time);
    this.#waiting = new Waiting(vm.clock, this.#wires, time, () => this.upcalls.interrupts(this.#pending));
  }

  get x(): GuestRegisters {
    return this.registers;
  }
  get table(): HostTable {
    const { domain } = this;
    return { owner: domain, generation: domain.generation, satp: domain.satp(this.roots, this.mode) };
  }

  // The guest goes in and comes out

  run(budget: number): VmExit {
    this.#count.settle();
    let left = budget;
    while (left > 0 && !this.vm.ending) {
      this.#takeEvent();
      const now = this.#time.budget(left, this.#wires.deadline, this.#clock.now);
      const { begun, trap } = this.#host.run(this, now);
      this.keepsReservation = true;
      this.ran += begun;
      left -= begun;
      this.#countDirect(trap ? begun - 1 : begun);
      if (trap) return this.#exitOf(trap);
    }
    return { kind: 'budget' };
  }

  /** Out of the kernel, ecall is a call of ours; a page fault may be an access to a device. All else is the guest's own. */
  #exitOf(trap: GuestTrap): VmExit {
    this.#count.exit();
    this.#recorder.begin(this, () => instructionAt(this, this.vm.memory));
    if (trap.cause === Exception.environmentCallFromU && this.mode === 'S') {
      this.#count.trapped();
      this.keepsReservation = false;
      return ecallExit(this);
    }
    const access = FAULTING_ACCESS[trap.cause];
    const exit = access && this.#accessExit(trap.tval, access);
    if (exit) return exit;
    this.inject({ ...trap, interrupt: false });
    return { kind: 'reflected', ...trap };
  }

  /** The exit for an access that leads out of RAM; undefined for one that the guest's tables forbid. */
  #accessExit(gva: bigint, access: Access): VmExit | undefined {
    const found = this.#look(gva, access);
    if (found.kind !== 'device') return undefined;
    const reached = { gva, gpa: found.gpa, access };
    return deviceExit(reached, this, this.vm) ?? { kind: 'unmapped', ...reached };
  }

  #look(gva: bigint, access: Access): Found {
    const { domain, mode, roots } = this;
    const found = look(domain.ram, domain.satp(roots, mode), gva, access);
    // What the start map does not have is no RAM.
    return found.kind === 'fault' && !roots ? { kind: 'device', gpa: gva } : found;
  }

  walk(gva: bigint, access: Access): GuestWalk {
    const found = this.#look(gva, access);
    if (found.kind === 'fault') return { ok: false, cause: found.cause };
    if (found.kind === 'device') return { ok: true, gpa: found.gpa };
    return { ok: true, gpa: this.vm.memory.slots.toGuest(found.hpa)! };
  }

  exitHandled(next: Next): void {
    if (next === 'redirected') this.keepsReservation = false;
    if (this.#count.judged(next)) this.#recorder.completed(this.registers);
  }

  // Upcalls

  inject(trap: Injection): void {
    const from = { pc: this.pc, mode: this.mode };
    this.keepsReservation = false;
    if (!trap.interrupt) {
      this.#count.trapped();
      this.#count.settle();
    }
    if (this.upcalls.deliver(trap)) this.#recorder.trap(trap, from, this.now());
  }

  #takeEvent(): void {
    this.upcalls.show(this.#pending, this.now());
    const cause = this.upcalls.due(this.#pending);
    if (cause === undefined) return;
    this.inject({ cause, interrupt: true, tval: 0n });
    if (SOFTWARE === 1n << BigInt(cause)) this.#software = false; // being told is all that there is to it
  }

  get #pending(): bigint {
    return this.#wires.pending | (this.#software ? SOFTWARE : 0n);
  }

  setInterrupt(interrupt: VirtualInterrupt, level: boolean): void {
    if (interrupt === 'external') this.#wires.external = level;
    else if (interrupt === 'timer') this.setTimer(level ? 0n : NEVER);
    else this.#software = level;
  }

  setTimer(deadline: bigint): void {
    this.#wires.setTimer(deadline);
  }

  // What handlers and SBI calls ask for

  hypercall(fn: bigint, args: readonly bigint[]): SbiOutcome {
    return this.#hypercalls.call(fn, args);
  }

  fence(): void {
    this.domain.generation++;
  }

  start(pc: bigint, opaque: bigint): void {
    this.upcalls.forget();
    this.mode = 'S';
    this.pc = pc;
    this.x.set(A0, BigInt(this.id));
    this.x.set(A1, opaque);
    this.state = 'runnable';
  }

  emulate(): Emulated {
    throw new Error('a paravirtual guest has no privileged instructions');
  }

  enterTranslation(): void {
    throw new Error('a paravirtual guest has its own tables');
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

  inspect(): Inspection {
    const { mode, table } = this;
    return { mode, begun: this.#count.begun, csrs: [], beneath: { kind: 'shared', atp: table.satp } };
  }

  get sharedFrame(): number | undefined {
    return this.upcalls.shared?.frame;
  }

  /** A software interrupt that the guest has not been told of. */
  get software(): boolean {
    return this.#software;
  }
  set software(level: boolean) {
    this.#software = level;
  }

  get savable(): Savable {
    this.keepsReservation = false;
    return savableVcpu(this, { wires: this.#wires, count: this.#count, waiting: this.#waiting, upcalls: this.upcalls });
  }

  #countDirect(instructions: number): void {
    this.#count.direct(instructions);
    this.vm.counters.instructionsDirect += instructions;
  }

  get onRetire(): ((event: RetireEvent) => void) | undefined {
    return this.vm.onGuestEvent && ((event) => this.#recorder.retired(event, this.mode));
  }
}
