/** A VCPU as the run loop gets it: every use is checked, so that a wrong one becomes a sentence about the loop. */
import type { HostClock } from './clock';
import type { VmExit } from './exit';
import { describe, ours } from './part-failure';
import { wrongLoop, type Limits } from './limits';
import type { StolenTime } from './sbi/stolen-time';
import { isReady } from './readiness';
import type { VirtualTime } from './virtual-time';
import type { Injection, Vcpu, VirtualInterrupt, VmView } from './vcpu';
import type { HostedVcpu } from './vm';

const LARGEST_BUDGET = 2 ** 31 - 1;
const STATES: readonly Vcpu['state'][] = ['runnable', 'blocked', 'stopped'];

/** What an entry needs of the run that it is part of. */
interface Surroundings {
  readonly limits: Limits;
  readonly clock: HostClock;
  readonly time: VirtualTime;
  /** What the host's clock reads when a device interrupts by itself: there the guest comes out, so that the interrupt is on time. */
  nextAlarm(): number;
  /** Hears of each entry before anything is done for it. */
  entering(): void;
  /** Hears of each exit before the loop does. */
  exited(exit: VmExit): void;
}

export class EnteredVcpu implements Vcpu {
  readonly id: number;
  readonly vm: VmView;
  readonly x: Vcpu['x'];
  readonly #vcpu: HostedVcpu;
  readonly #limits: Limits;
  readonly #around: Surroundings;

  constructor(vcpu: HostedVcpu, around: Surroundings) {
    this.id = vcpu.id;
    this.vm = vcpu.vm;
    this.x = vcpu.x;
    this.#vcpu = vcpu;
    this.#limits = around.limits;
    this.#around = around;
  }

  run(budget: number): VmExit {
    if (!Number.isInteger(budget) || budget < 1 || budget > LARGEST_BUDGET) {
      throw wrongLoop(
        `entered a VCPU with a budget of ${describe(budget)}; it must be a whole number from 1 to ${LARGEST_BUDGET}.`,
      );
    }
    if (this.state !== 'runnable')
      throw wrongLoop(`entered a VCPU that is ${this.state}; only a runnable one may run.`);
    this.#limits.enter();
    return ours(() => {
      const { clock, time, nextAlarm, entering, exited } = this.#around;
      entering();
      this.#stolen.happened('enters', clock.now);
      const exit = this.#vcpu.run(time.budget(budget, nextAlarm(), clock.now));
      exited(exit);
      return exit;
    });
  }

  get ran(): number {
    return this.#vcpu.ran;
  }

  get pc(): bigint {
    return this.#vcpu.pc;
  }
  set pc(address: bigint) {
    if (typeof address !== 'bigint') throw wrongLoop(`set a pc to ${describe(address)}; it is a 64-bit bigint.`);
    this.#vcpu.pc = BigInt.asUintN(64, address);
  }

  /** A paused VM's VCPUs seem to wait. */
  get state(): Vcpu['state'] {
    const ready = isReady(this.#vcpu, this.#around.clock.now);
    const { state } = this.#vcpu;
    return state === 'runnable' && !ready ? 'blocked' : state;
  }
  set state(state: Vcpu['state']) {
    if (!STATES.includes(state)) throw wrongLoop(`set a VCPU's state to ${describe(state)}.`);
    // Whoever is over stays over, and only the SBI starts a stopped hart.
    if (this.#vcpu.state !== 'stopped') this.#vcpu.state = state;
    if (state !== 'runnable') this.#stolen.seen(false, Infinity, this.#around.clock.now);
  }

  get #stolen(): StolenTime {
    return this.#vcpu.vm.firmware[this.id].stolen;
  }

  inject(trap: Injection): void {
    ours(() => this.#vcpu.inject(trap));
  }

  setInterrupt(interrupt: VirtualInterrupt, level: boolean): void {
    ours(() => this.#vcpu.setInterrupt(interrupt, level));
  }
}
