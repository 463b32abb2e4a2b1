/** Virtual machines as the terminal sees them: one is in front, has the keys and is shown; the others go on behind it. */
import { INSTRUCTIONS_PER_TICK } from '#machine';
import type { Host, RunLoopEnd, Vm } from '#vmm';
import type { VmCommand } from './escape-keys';
import type { GuestState, Streams, TerminalGuest } from './guest-terminal';
import { UartWatch } from './uart-watch';
import type { VmConsoles } from './vm-consoles';

/** Between two looks at the terminal: so many exits, or instructions if that is less. Some milliseconds. */
const EXITS = 200;
const INSTRUCTIONS = 2_000_000;
/** Exits between two looks at the clock. */
const EXITS_AT_ONCE = 10;
/** Each look at the serial port is an exit here, so a guest is known to be idle after fewer than on the bare machine. */
const IDLE_AFTER = 2 ** 17;
const INSTRUCTIONS_PER_SECOND = INSTRUCTIONS_PER_TICK * 10_000_000;

export class VmHost implements TerminalGuest {
  readonly #boot: () => Host;
  readonly #consoles: VmConsoles;
  #host: Host;
  #front = 0;
  /** Snapshots, until the command ends. */
  readonly #kept = new Map<Vm, Uint8Array>();
  #watch: UartWatch;

  /** `boot` is called again when a guest that is alone asks for a reboot. */
  constructor(boot: () => Host, consoles: VmConsoles) {
    this.#boot = boot;
    this.#consoles = consoles;
    this.#host = boot();
    this.#watch = this.#watchFront();
  }

  run(): GuestState {
    const [time, began] = [this.#host.passed(), this.#ran()];
    const end = this.#goOn();
    this.#reboot();
    const stops = this.#host.vms.map(({ stop }) => stop);
    if (stops.every((stop) => stop !== undefined)) return this.#over(Math.max(...stops.map(({ code }) => code)));
    if (end === 'deadlock') return { state: 'waiting' };
    const ran = this.#ran() - began;
    const passed = this.#host.passed() - time;
    const looked = this.#watch.look(ran, Math.max(0, passed - ran - INSTRUCTIONS_PER_TICK) / INSTRUCTIONS_PER_SECOND);
    // Others may compute while the one in front does nothing but look for input.
    const alone = this.#host.vms.filter(({ running }) => running).length === 1;
    return looked.state === 'idle' && !alone ? { ...looked, state: 'listening' } : looked;
  }

  #goOn(): RunLoopEnd {
    const until = this.#host.passed() + INSTRUCTIONS;
    for (let exits = EXITS_AT_ONCE; ; exits += EXITS_AT_ONCE) {
      const end = this.#host.run(EXITS_AT_ONCE);
      if (end !== 'out-of-budget' || exits >= EXITS || this.#host.passed() >= until) return end;
    }
  }

  /** A pipe goes on to the next machine when the one in front is over; a person chooses. */
  input(bytes: readonly number[]): void {
    if (!this.#consoles.person && this.#vm.stop) this.#front = this.#host.vms.findIndex(({ stop }) => !stop);
    this.#vm.input(bytes);
  }

  get drained(): boolean {
    return this.#vm.uart.drained;
  }

  where(): string[] {
    const several = this.#host.vms.length > 1;
    return this.#host.vms.flatMap((vm) =>
      vm.vcpus.map(({ id, pc }) => `${several ? `${vm.name}  ` : ''}VCPU ${id}  0x${pc.toString(16)}  ${stateOf(vm)}`),
    );
  }

  command(command: VmCommand): string {
    const vm = this.#vm;
    switch (command) {
      case 'next':
        return this.#next();
      case 'pause':
        if (vm.clock.running) this.#host.pause(vm);
        else this.#host.resume(vm);
        return `${vm.name}: ${stateOf(vm)}`;
      case 'keep':
        this.#kept.set(vm, this.#host.snapshot(vm));
        return `${vm.name}: kept as it is now`;
      case 'back':
        return this.#back(vm);
      case 'reset':
        this.#host.reset(vm);
        return `${vm.name}: reset`;
      case 'kill':
        this.#host.kill(vm);
        return `${vm.name}: ${stateOf(vm)}`;
    }
  }

  #back(vm: Vm): string {
    const kept = this.#kept.get(vm);
    if (!kept) return `${vm.name}: nothing is kept; Ctrl-A s keeps it`;
    this.#host.restore(vm, kept);
    return `${vm.name}: back where it was kept (${stateOf(vm)})`;
  }

  #next(): string {
    this.#front = (this.#front + 1) % this.#host.vms.length;
    this.#watch = this.#watchFront();
    this.#consoles.show(this.#vm.name);
    return `--- ${this.#vm.name} (${stateOf(this.#vm)}) ---`;
  }

  /** Power off and on for each guest that asked for it. */
  #reboot(): void {
    const asking = this.#host.vms.filter(({ stop }) => stop?.why === 'reboot');
    for (const vm of asking) {
      // The bare machine is no VM, but nobody else is there.
      if (vm.vcpus.every(({ savable }) => savable) || this.#host.vms.length > 1) this.#host.reset(vm);
      else this.#host = this.#boot();
    }
    if (asking.length > 0) this.#watch = this.#watchFront();
  }

  #over(code: number): GuestState {
    this.#consoles.end();
    return { state: 'over', code: Math.min(code, 255) };
  }

  #watchFront(): UartWatch {
    return new UartWatch(this.#vm.uart, IDLE_AFTER);
  }

  get #vm(): Vm {
    return this.#host.vms[this.#front];
  }

  #ran(): number {
    return this.#host.vms.reduce((sum, { vcpus }) => vcpus.reduce((ran, vcpu) => ran + vcpu.ran, sum), 0);
  }
}

/** Says on the error stream that a part of the hypervisor has failed, and which machine ends with it. */
export const tellOf =
  ({ stderr }: Pick<Streams, 'stderr'>) =>
  ({ name }: { readonly name: string }, failure: Error): void =>
    void stderr.write(`\nhv: ${name} is over: ${failure.message}\n`);

const stateOf = ({ stop, clock }: Vm): string => stop?.detail ?? (clock.running ? 'running' : 'paused');
