/** Whether a VCPU runs, waits or is over, and which alarm ends its wait. */
import { SavedFields, type Savable, type Saved } from '#machine';
import type { VmClock } from '../clock';
import type { InterruptState, VirtualTime } from '../virtual-time';
import type { HostedVcpu } from '../vm';
import type { InterruptWires } from './interrupts';
import { instantFrom, saveInstant } from './saved-instant';

type Interrupts = Pick<InterruptState, 'pending' | 'enabled'>;

export class Waiting implements Savable {
  #state: HostedVcpu['state'] = 'stopped';
  /** While blocked: what the clock reads when the timer ends the wait. */
  #alarm = Infinity;
  readonly #clock: VmClock;
  readonly #wires: InterruptWires;
  readonly #time: VirtualTime;
  readonly #interrupts: () => Interrupts;

  constructor(clock: VmClock, wires: InterruptWires, time: VirtualTime, interrupts: () => Interrupts) {
    this.#clock = clock;
    this.#wires = wires;
    this.#time = time;
    this.#interrupts = interrupts;
  }

  get state(): HostedVcpu['state'] {
    const waits = this.#state === 'blocked';
    if (waits && this.#time.wakes(this.#interrupts(), this.#alarm, this.#clock.now)) this.#state = 'runnable';
    return this.#state;
  }
  /** An alarm that has rung before a wait does not end it. */
  set state(state: HostedVcpu['state']) {
    this.#state = state;
    const { deadline } = this.#wires;
    this.#alarm = deadline > this.#clock.now ? deadline : Infinity;
  }

  get alarm(): number {
    return this.#state === 'blocked' ? this.#alarm : Infinity;
  }

  save(): Saved {
    return { state: this.#state, alarm: saveInstant(this.#alarm) };
  }

  restore(saved: Saved): void {
    const from = new SavedFields(saved, 'waiting');
    this.#state = from.oneOf('state', ['runnable', 'blocked', 'stopped']);
    this.#alarm = instantFrom(from, 'alarm');
  }
}
