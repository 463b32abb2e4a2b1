/** Alarms beside the harts' own (hart/alarms.ts): a device that interrupts at a time that software chose. */

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
