/** The seam of lesson 05: a guest's alarm, its interrupts, its waits, and the time that others take from it. */

/** What decides about the interrupts of a VCPU. Interrupts are bits, as in sip and sie: software 1, timer 5, external 9. */
export interface InterruptState {
  readonly pending: bigint;
  /** sie. */
  readonly enabled: bigint;
  readonly mode: 'S' | 'U';
  /** sstatus.SIE. */
  readonly open: boolean;
}

/** How long a VCPU had to wait for the processor. */
export interface StealAccount {
  /** Instructions of others that passed meanwhile. */
  stolen: number;
  /** Ready, and not running, since the host's clock read this; undefined if it waits by its own will, or runs. */
  since: number | undefined;
}

/** What a VCPU's time of waiting depends on: it can run; it cannot (it waits, or is over); it gets the processor; it comes out, and could go on. */
export type StealEvent = 'ready' | 'waits' | 'enters' | 'leaves';

/** Instants are readings of a clock that counts instructions; Infinity is never. No function changes anything but what it is said to. */
export interface VirtualTime {
  /** Interrupts that are pending: the timer's from `deadline` on (SBI ch. 6 "Timer Extension"), the external one while its wire is up. */
  pending(deadline: number, external: boolean, now: number): bigint;
  /** The exception code of the interrupt that enters the guest's kernel before its next instruction; undefined if none may (Privileged, "Supervisor Interrupt (sip and sie) Registers"). */
  due(state: InterruptState): number | undefined;
  /**
   * Whether a wait is over: by an interrupt that is pending and enabled, whether or not it may be taken (Privileged, "Wait for
   * Interrupt"), or by the alarm that was set when it began.
   */
  wakes(state: Pick<InterruptState, 'pending' | 'enabled'>, alarm: number, now: number): boolean;
  /** Pre-emption: instructions to run now, 1 or more, of the `left` ones of a turn: an alarm that is still to come must not be late. */
  budget(left: number, alarm: number, now: number): number;
  /** Nobody can run: when is the first alarm that may change that? Infinity if there is none. */
  idleUntil(alarms: readonly number[]): number;
  /** Keeps the account of stolen time: the event happens when the host's clock reads `now` (SBI ch. 16 "Steal-time Accounting Extension"). */
  account(account: StealAccount, event: StealEvent, now: number): void;
}
