/**
 * A VCPU that is a whole hart: the guest owns its S-mode, and only its firmware is ours (nativeMode 'M'), in the role of OpenSBI. The
 * hart is a machine's (bare.ts: no technique at all, what every technique must be equal to) or a program's (emulation.ts).
 */
import { decode, Exception, Interrupt, SavedFields, type Hart, type MachineStop, type Savable } from '#machine';
import type { VmExit } from '../exit';
import type { Inspection } from '../inspection';
import type { Emulated } from '../parts';
import type { VirtualTime } from '../virtual-time';
import { endingOf } from '../vm-board';
import type { Injection, Vcpu, VirtualInterrupt } from '../vcpu';
import type { HostedVcpu, Vm } from '../vm';
import { ecallExit } from './decode-exit';
import { enterKernel } from './firmware';
import { INTERRUPT_CAUSE } from './interrupts';
import { GuestRecorder } from './recorder';

const A0 = 10;
const A1 = 11;
const MIP = 0x344;
const SSTATUS = { SIE: 1n << 1n, SPIE: 1n << 5n, SPP: 1n << 8n };
const MPP_S = 1n << 11n;
const MPP = 3n << 11n;
const INTERRUPT = 1n << 63n;
const STIP = 1n << BigInt(Interrupt.supervisorTimer);
const MTIE = 1n << BigInt(Interrupt.machineTimer);
const ECALL = 0x73;

const SUPERVISOR_CSRS = [
  'sstatus', 'sie', 'sip', 'stvec', 'sscratch', 'sepc', 'scause', 'stval', 'satp', 'scounteren', 'senvcfg',
] as const; // prettier-ignore

/** A hart, and who runs it. */
export interface Computer {
  /** Its nativeMode is 'M'. */
  readonly hart: Hart;
  /** Begins at most `budget` instructions. 'waiting' means that nothing will run before an interrupt of a device, or the alarm. */
  run(budget: number): MachineStop;
  /** mtimecmp: the machine timer interrupt is pending from this tick of `time` on. */
  setAlarm(tick: bigint): void;
  /** What the VM's clock reads when the alarm ends a wait; Infinity if the computer lets that time pass by itself, or it never will. */
  readonly alarm: number;
  /** The guest's `time`, in ticks. */
  now(): bigint;
  /** Whether the instructions count as executed without our help. */
  readonly direct: boolean;
  /** The hart and its alarm. Missing: a machine, which saves itself as a whole. */
  readonly savable?: Savable;
}

export class OwnHartVcpu implements HostedVcpu {
  readonly id: number;
  readonly vm: Vm;
  readonly x: Vcpu['x'];
  ran = 0;
  readonly #computer: Computer;
  readonly #hart: Hart;
  readonly #recorder: GuestRecorder;
  readonly #time: VirtualTime;
  #state: HostedVcpu['state'] = 'stopped';
  #called = false;

  constructor(vm: Vm, computer: Computer, time: VirtualTime) {
    const { hart } = computer;
    this.vm = vm;
    this.#time = time;
    this.id = hart.id;
    this.#computer = computer;
    this.#hart = hart;
    this.x = {
      get: (register) => hart.x[register],
      set: (register, value) => hart.setX(register, BigInt.asUintN(64, value)),
    };
    this.#recorder = new GuestRecorder(vm, this.id);
    enterKernel(hart);
    this.#listen();
  }

  /** While the firmware (we) has the hart: where mret will go. */
  get pc(): bigint {
    return this.#hart.mode === 'M' ? this.#hart.csr.read('mepc') : this.#hart.pc;
  }
  set pc(address: bigint) {
    if (this.#hart.mode === 'M') this.#hart.csr.write('mepc', address);
    else this.#hart.pc = address;
  }

  run(budget: number): VmExit {
    const end = this.ran + budget;
    while (this.ran < end && this.#state === 'runnable') {
      const before = this.#hart.begun;
      const stop = this.#computer.run(end - this.ran);
      const begun = this.#hart.begun - before;
      this.ran += begun;
      if (this.#computer.direct) this.vm.counters.instructionsDirect += begun;
      if (stop.why === 'trap') {
        const exit = this.#firmware();
        if (exit) return exit;
      } else if (stop.why === 'waiting') this.#state = 'blocked';
      else if (stop.why === 'halted') this.vm.ending = endingOf({ kind: 'off', code: stop.code });
      else if (stop.why === 'reset') this.vm.ending = endingOf({ kind: 'reset' });
      if (this.vm.ending) break;
    }
    return { kind: 'budget' };
  }

  /** A trap came to M-mode. Gives an exit, or undefined if it was the machine's own timer and the guest goes on. */
  #firmware(): VmExit | undefined {
    const { csr } = this.#hart;
    const cause = csr.read('mcause');
    const tval = csr.read('mtval');
    if (cause === (INTERRUPT | BigInt(Interrupt.machineTimer))) {
      // The alarm is M-mode's; what the guest gets is a supervisor timer interrupt, until it sets the timer anew.
      this.#setPending(STIP, true);
      csr.write('mie', csr.read('mie') & ~MTIE);
      return undefined;
    }
    if (this.#computer.direct) this.vm.counters.instructionsDirect--; // not the one that trapped
    if (cause === BigInt(Exception.environmentCallFromS)) {
      this.#called = true;
      this.#recorder.begin({ pc: this.pc, mode: 'S' }, () => decode(ECALL));
      return ecallExit(this);
    }
    this.inject({ cause: Number(cause), interrupt: false, tval });
    return { kind: 'reflected', cause: Number(cause), tval };
  }

  /** What OpenSBI calls redirecting a trap: the writes that hardware makes when a trap enters S-mode (Privileged, "Supervisor Trap Handling"). */
  inject({ cause, interrupt, tval }: Injection): void {
    const { csr } = this.#hart;
    const from = { pc: this.pc, mode: this.#modeBefore() };
    const status = csr.read('sstatus');
    csr.write('sepc', from.pc);
    csr.write('scause', BigInt(cause) | (interrupt ? INTERRUPT : 0n));
    csr.write('stval', tval);
    const kept = status & ~(SSTATUS.SIE | SSTATUS.SPIE | SSTATUS.SPP);
    csr.write('sstatus', kept | (status & SSTATUS.SIE ? SSTATUS.SPIE : 0n) | (from.mode === 'S' ? SSTATUS.SPP : 0n));
    csr.write('mstatus', (csr.read('mstatus') & ~MPP) | MPP_S);
    const stvec = csr.read('stvec');
    const vectored = interrupt && (stvec & 3n) === 1n;
    this.pc = (stvec & ~3n) + (vectored ? 4n * BigInt(cause) : 0n);
    this.#recorder.trap({ cause, interrupt, tval }, from, this.now());
  }

  setInterrupt(interrupt: VirtualInterrupt, level: boolean): void {
    if (interrupt === 'external') this.#hart.setInterrupt(INTERRUPT_CAUSE.external, level);
    else this.#setPending(1n << BigInt(INTERRUPT_CAUSE[interrupt]), level);
  }

  setTimer(deadline: bigint): void {
    if (this.#hart.isa.has('Sstc')) return this.#hart.csr.write('stimecmp', deadline);
    this.#setPending(STIP, false);
    this.#computer.setAlarm(deadline);
    this.#hart.csr.write('mie', this.#hart.csr.read('mie') | MTIE);
  }

  start(pc: bigint, opaque: bigint): void {
    const { csr } = this.#hart;
    csr.write('satp', 0n);
    csr.write('mstatus', (csr.read('mstatus') & ~(MPP | SSTATUS.SIE)) | MPP_S);
    this.pc = pc;
    this.x.set(A0, BigInt(this.id));
    this.x.set(A1, opaque);
    this.#state = 'runnable';
  }

  fence(): void {
    this.#hart.translationChanged('all');
  }

  exitHandled(): void {
    if (this.#called) this.#recorder.completed(this.x);
    this.#called = false;
  }

  emulate(): Emulated {
    throw new Error('this hart executes its privileged instructions itself');
  }

  enterTranslation(): void {
    throw new Error('this hart translates by the tables of the guest');
  }

  get state(): HostedVcpu['state'] {
    if (this.#state === 'blocked' && this.#woken()) this.#state = 'runnable';
    return this.#state;
  }
  set state(state: HostedVcpu['state']) {
    this.#state = state;
  }

  /** By an interrupt that the guest has enabled, or by the alarm, which is the firmware's. */
  #woken(): boolean {
    const { csr } = this.#hart;
    const interrupts = { pending: csr.read('sip'), enabled: csr.read('sie') };
    return this.#time.wakes(interrupts, this.#computer.alarm, this.vm.clock.now);
  }

  get savable(): Savable | undefined {
    const { savable: computer } = this.#computer;
    return (
      computer && {
        save: () => ({ computer: computer.save(), state: this.#state }),
        restore: (saved) => {
          const from = new SavedFields(saved, `VCPU ${this.id}`);
          computer.restore(from.saved('computer'));
          this.#state = from.oneOf('state', ['runnable', 'blocked', 'stopped']);
        },
      }
    );
  }

  get alarm(): number {
    return this.#state === 'blocked' ? this.#computer.alarm : Infinity;
  }

  now(): bigint {
    return this.#computer.now();
  }

  inspect(): Inspection {
    const { csr, begun, mode } = this.#hart;
    const guestMode = mode === 'M' ? this.#modeBefore() : mode === 'U' ? 'U' : 'S';
    return { mode: guestMode, begun: BigInt(begun), csrs: SUPERVISOR_CSRS.map((name) => [name, csr.read(name)]) };
  }

  #modeBefore(): 'S' | 'U' {
    return (this.#hart.csr.read('mstatus') & MPP) === 0n ? 'U' : 'S';
  }

  /** Bits of mip that software writes. What devices hold pending must not be copied into them. */
  #setPending(bit: bigint, level: boolean): void {
    const written = this.#hart.slot(MIP);
    this.#hart.csr.write(MIP, level ? written | bit : written & ~bit);
  }

  #listen(): void {
    const hart = this.#hart;
    hart.onTrap = ({ cause, interrupt, tval, pc, from, to }) => {
      if (to !== 'S') return;
      this.#recorder.trap({ cause, interrupt, tval }, { pc, mode: from === 'U' ? 'U' : 'S' }, this.now());
    };
    if (this.vm.onGuestEvent) hart.onRetire = (event) => this.#recorder.retired(event, event.mode === 'U' ? 'U' : 'S');
  }
}
