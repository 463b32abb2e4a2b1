/** Alarms beside the hart's own timer: a device that interrupts at a time that software chose. */
import type { Timer } from '../hart/ports';
import type { InstructionClock } from './aclint';

export interface Alarm {
  /** Instructions until the alarm is due; Infinity if none is set, or if it is due already. */
  untilAlarm(): number;
  /** Raises the interrupt if the alarm is due by now. */
  update(): void;
}

/** Several alarms as one. */
export function allOf(alarms: readonly Alarm[]): Alarm {
  return {
    untilAlarm: () => alarms.reduce((least, alarm) => Math.min(least, alarm.untilAlarm()), Infinity),
    update: () => alarms.forEach((alarm) => alarm.update()),
  };
}

/** A hart's timer whose deadlines include those of `alarm`: slices end there, and a waiting hart lets time pass until the earlier of both. */
export function withAlarm(timer: Timer, alarm: Alarm, clock: InstructionClock): Timer {
  const untilDeadline = (): number => Math.min(timer.untilDeadline(), alarm.untilAlarm());
  return {
    ticks: () => timer.ticks(),
    untilDeadline,
    update: () => {
      timer.update();
      alarm.update();
    },
    skipToDeadline: () => clock.skip(untilDeadline()),
  };
}
