/** The comparators of a hart: each holds an interrupt pending while time has reached it (Privileged, "Machine Timer (mtime and mtimecmp) Registers" and "Sstc"). */
import { unsigned } from '../bits';
import { Interrupt } from './cause';
import { guestTimerIsOn, supervisorTimerIsOn } from './csr-timer';
import { Csr } from './fields';
import type { Timer } from './ports';
import type { HartState } from './state';

/** One comparator. A hart looks at all of them whenever a slice starts, and no slice lasts beyond the next that is due. */
interface Alarm {
  /** The interrupt that it holds pending: a bit of mip. */
  readonly interrupt: number;
  /** Ticks from `mtime` until it is due, 0 or less if it is; undefined: switched off. Time and comparator are compared as unsigned. */
  ticksLeft(hart: HartState, mtime: bigint, mtimecmp: bigint): bigint | undefined;
}

/** A CSR that a row depends on must end the slice when it is written (`hart.endSlice`). */
const ALARMS: readonly Alarm[] = [
  { interrupt: Interrupt.machineTimer, ticksLeft: (_, mtime, mtimecmp) => mtimecmp - mtime },
  // Sstc: "a pending supervisor timer interrupt is reflected in STIP whenever time >= stimecmp", and in VSTIP of guests by their time
  {
    interrupt: Interrupt.supervisorTimer,
    ticksLeft: (hart, mtime) => (supervisorTimerIsOn(hart) ? hart.slot(Csr.stimecmp) - mtime : undefined),
  },
  {
    interrupt: Interrupt.guestTimer,
    ticksLeft: (hart, mtime) =>
      guestTimerIsOn(hart) ? hart.slot(Csr.vstimecmp) - unsigned(mtime + hart.slot(Csr.htimedelta)) : undefined,
  },
];

/** What alarms say at one moment. */
export interface Due {
  /** The interrupts whose alarms are due, and those whose alarms are not, as bits of mip. */
  readonly due: number;
  readonly notDue: number;
  /** Instructions that may begin until the next alarm in the future; Infinity if there is none. */
  readonly next: number;
}

/** Looks at the alarms of those interrupts that are bits of `among`. */
export function alarms(hart: HartState, timer: Timer, among = ~0): Due {
  const mtime = timer.ticks();
  const mtimecmp = timer.compare();
  let [due, notDue, next] = [0, 0, Infinity];
  for (const { interrupt, ticksLeft } of ALARMS) {
    const bit = 1 << interrupt;
    if ((among & bit) === 0) continue;
    const left = ticksLeft(hart, mtime, mtimecmp);
    if (left !== undefined && left <= 0n) due |= bit;
    else notDue |= bit;
    if (left !== undefined && left > 0n) next = Math.min(next, timer.instructions(left));
  }
  return { due, notDue, next };
}
