/**
 * A scheduler behind the run loop: it says whose turn it is, and the loop sees nobody else. Pre-emption is the slice: the host's
 * timer, in instructions, ends a turn whatever the guest does.
 */
import type { HostClock } from './clock';
import { PartFailure } from './part-failure';
import type { ScheduledVcpu, Scheduler } from './parts';
import { isReady } from './readiness';
import type { HostedVcpu } from './vm';

interface Turn {
  readonly vcpu: HostedVcpu;
  /** What it had run when the turn began, and what it may run in it. */
  readonly from: number;
  readonly slice: number;
}

const LONGEST_SLICE = 2 ** 31 - 1;

export class Scheduling {
  readonly #scheduler: Scheduler;
  readonly #clock: HostClock;
  /** What the scheduler knows each VCPU by. */
  readonly #names: ReadonlyMap<HostedVcpu, ScheduledVcpu>;
  readonly #added = new Set<HostedVcpu>();
  readonly #awake = new Set<HostedVcpu>();
  #turn: Turn | undefined;

  constructor(scheduler: Scheduler, vcpus: readonly HostedVcpu[], clock: HostClock) {
    this.#scheduler = scheduler;
    this.#clock = clock;
    this.#names = new Map(vcpus.map((vcpu) => [vcpu, { vm: vcpu.vm.name, id: vcpu.id }]));
  }

  /** Whose turn it is, until it is over; undefined if nobody can run. */
  get current(): HostedVcpu | undefined {
    this.#endTurn();
    this.#lookAround();
    this.#turn ??= this.#pick();
    return this.#turn?.vcpu;
  }

  /** What is left of the turn: 1 or more. */
  get left(): number {
    return this.#turn ? this.#turn.slice - this.#used(this.#turn) : LONGEST_SLICE;
  }

  #used({ vcpu, from }: Turn): number {
    return vcpu.ran - from;
  }

  #endTurn(): void {
    const turn = this.#turn;
    if (!turn) return;
    const waits = !isReady(turn.vcpu, this.#clock.now);
    const used = this.#used(turn);
    if (!waits && used < turn.slice) return;
    this.#turn = undefined;
    this.#scheduler.ran(this.#name(turn.vcpu), used, waits ? 'waits' : 'used-up');
    if (waits) this.#awake.delete(turn.vcpu);
  }

  /** Who came, who went and who woke since the last look. */
  #lookAround(): void {
    for (const [vcpu, name] of this.#names) {
      const there = vcpu.vm.running && vcpu.state !== 'stopped';
      if (there && !this.#added.has(vcpu)) this.#scheduler.add(name);
      if (!there && this.#added.has(vcpu)) this.#scheduler.remove(name);
      if (there) this.#added.add(vcpu);
      else this.#added.delete(vcpu);
      const ready = isReady(vcpu, this.#clock.now);
      if (!there) this.#awake.delete(vcpu);
      else if (!this.#awake.has(vcpu) && ready) {
        this.#awake.add(vcpu);
        this.#scheduler.wake(name, this.#clock.now);
      }
    }
  }

  #pick(): Turn | undefined {
    const picked = this.#scheduler.pick(this.#clock.now);
    if (picked === undefined) {
      if ([...this.#awake].every((vcpu) => !isReady(vcpu, this.#clock.now))) return undefined;
      throw wrongScheduler('picked nobody although somebody is ready to run.');
    }
    const { vcpu: name, slice } = picked;
    const [vcpu] = [...this.#names].find(([, known]) => known === name) ?? [];
    if (!vcpu || !this.#awake.has(vcpu)) throw wrongScheduler('picked somebody who is not ready to run.');
    if (!Number.isInteger(slice) || slice < 1 || slice > LONGEST_SLICE)
      throw wrongScheduler(`gave a slice of ${String(slice)}; it must be a whole number from 1 to ${LONGEST_SLICE}.`);
    return { vcpu, from: vcpu.ran, slice };
  }

  #name(vcpu: HostedVcpu): ScheduledVcpu {
    const name = this.#names.get(vcpu);
    if (!name) throw new Error('a VCPU that was not there at the start');
    return name;
  }
}

const wrongScheduler = (sentence: string): PartFailure =>
  new PartFailure('scheduler', `your \`scheduler\` ${sentence}`);
