/** Alarms of a VM's devices: when the next one is due, so that a run ends there and the device can interrupt on time. */
import type { Alarm } from '#machine';

/** The clock that the alarms go by. */
interface Clock {
  readonly now: number;
}

export class DeviceAlarms {
  readonly #clock: Clock;
  readonly #alarms: Alarm[] = [];
  /** What the clock reads when one of them may be due; a time in the past makes us look. */
  #due = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(alarm: Alarm): void {
    this.#alarms.push(alarm);
    this.changed();
  }

  /** An alarm was set: it may come earlier than all that are known. */
  changed(): void {
    this.#due = 0;
  }

  /** What the clock reads when the next alarm is due; Infinity if there is none. Raises the interrupts of those that are due by now. */
  next(): number {
    const { now } = this.#clock;
    if (this.#due > now) return this.#due;
    for (const alarm of this.#alarms) alarm.update();
    return (this.#due = this.#alarms.reduce((least, alarm) => Math.min(least, now + alarm.untilAlarm()), Infinity));
  }
}
