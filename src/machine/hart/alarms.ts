/** The comparators of a hart: each holds an interrupt pending while time has reached it (Privileged, "Machine Timer (mtime and mtimecmp) Registers" and "Sstc"). */
import { unsigned } from '../bits';
import { Interrupt } from './cause';
import { guestTimerIsOn, supervisorTimerIsOn } from './csr-timer';
import { Csr } from './fields';
import type { Timer } from './ports';
import type { HartState } from './state';

/** One comparator. Time and comparator are compared as unsigned. */
interface Alarm {
  /** The interrupt that it holds pending: a bit of mip. */
  readonly interrupt: number;
  isOn(hart: HartState): boolean;
  /** The time that it goes by, and the moment that it waits for. */
  time(hart: HartState, mtime: bigint): bigint;
  compare(hart: HartState, mtimecmp: bigint): bigint;
}

/** A CSR that a row depends on must have the hart look again when it is written (`hart.endSlice`). */
const ALARMS: readonly Alarm[] = [
  {
    interrupt: Interrupt.machineTimer,
    isOn: () => true,
    time: (_, mtime) => mtime,
    compare: (_, mtimecmp) => mtimecmp,
  },
  // Sstc: "a pending supervisor timer interrupt is reflected in STIP whenever time >= stimecmp", and in VSTIP of guests by their time
  {
    interrupt: Interrupt.supervisorTimer,
    isOn: supervisorTimerIsOn,
    time: (_, mtime) => mtime,
    compare: (hart) => hart.slot(Csr.stimecmp),
  },
  {
    interrupt: Interrupt.guestTimer,
    isOn: guestTimerIsOn,
    time: (hart, mtime) => unsigned(mtime + hart.slot(Csr.htimedelta)),
    compare: (hart) => hart.slot(Csr.vstimecmp),
  },
];

/** Ticks until a time starts from 0 again. */
const ALL_TICKS = 2n ** 64n;

/** What alarms say at one moment. */
export interface Due {
  /** The interrupts whose alarms are due, and those whose alarms are not, as bits of mip. */
  readonly due: number;
  readonly notDue: number;
  /** Instructions that may begin until one of them says something else; Infinity if none ever will by itself. */
  readonly next: number;
}

/** Looks at the alarms of those interrupts that are bits of `among`. */
export function alarms(hart: HartState, timer: Timer, among = ~0): Due {
  const mtime = timer.ticks();
  const mtimecmp = timer.compare();
  let [due, notDue, next] = [0, 0, Infinity];
  for (const alarm of ALARMS) {
    const bit = 1 << alarm.interrupt;
    if ((among & bit) === 0) continue;
    const isOn = alarm.isOn(hart);
    const now = alarm.time(hart, mtime);
    const then = alarm.compare(hart, mtimecmp);
    const isDue = isOn && now >= then;
    if (isDue) due |= bit;
    else notDue |= bit;
    if (isOn) next = Math.min(next, timer.instructions(isDue ? ALL_TICKS - now : then - now));
  }
  return { due, notDue, next };
}

/** Keeps the interrupt lines of a hart's timers, and looks at the alarms only when they may say something new. */
export class TimerLines {
  readonly #hart: HartState;
  readonly #timer: Timer;
  /** The lines are right from one instant to another, in instructions of the timer's, unless a register changes. */
  #from = 0;
  #until = 0;

  constructor(hart: HartState, timer: Timer) {
    this.#hart = hart;
    this.#timer = timer;
  }

  /** A register that an alarm depends on has changed. */
  forget(): void {
    this.#until = 0;
  }

  /** Sets the lines to what the time says. Gives the instructions until that may change. */
  update(): number {
    const hart = this.#hart;
    const now = this.#timer.instructionsPassed();
    if (now < this.#from || now >= this.#until) {
      const { due, notDue, next } = alarms(hart, this.#timer);
      hart.lines = (hart.lines | due) & ~notDue;
      this.#from = now;
      this.#until = now + next;
    }
    return this.#until - now;
  }
}
