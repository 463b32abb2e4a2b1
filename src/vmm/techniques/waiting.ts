/** Whether a VCPU runs, waits or is over, and which alarm ends its wait. */
import { SavedFields, type Savable, type Saved } from '#machine';
import type { VmClock } from '../clock';
import type { HostedVcpu } from '../vm';
import type { InterruptWires } from './interrupts';
import { instantFrom, saveInstant } from './saved-instant';

export class Waiting implements Savable {
  #state: HostedVcpu['state'] = 'stopped';
  /** While blocked: what the clock reads when the timer ends the wait. */
  #alarm = Infinity;
  readonly #clock: VmClock;
  readonly #wires: InterruptWires;
  readonly #awake: () => boolean;

  /** `awake` says whether an interrupt is pending that the guest has enabled. */
  constructor(clock: VmClock, wires: InterruptWires, awake: () => boolean) {
    this.#clock = clock;
    this.#wires = wires;
    this.#awake = awake;
  }

  /** An alarm ends the wait even if the guest has masked its interrupt: on hardware the firmware would have run. */
  get state(): HostedVcpu['state'] {
    const over = this.#state === 'blocked' && (this.#clock.now >= this.#alarm || this.#awake());
    if (over) this.#state = 'runnable';
    return this.#state;
  }
  set state(state: HostedVcpu['state']) {
    this.#state = state;
    this.#alarm = this.#wires.alarm;
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
