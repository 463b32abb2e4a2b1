/** What a guest does at its serial port: told from how often it reads the line status, so that input comes when it is wanted. */
import type { SerialPort } from '#vmm';
import type { GuestState } from './guest-terminal';

/** A guest that reads the line status once in so many instructions looks for input. One that counts down looks less often. */
const LOOKING = 1000;

export class UartWatch {
  readonly #uart: SerialPort;
  readonly #idleAfter: number;
  #polls: number;

  /** After `idleAfter` reads without a byte either way the guest does nothing else: about a second at U-Boot's prompt. */
  constructor(uart: SerialPort, idleAfter: number) {
    this.#uart = uart;
    this.#idleAfter = idleAfter;
    this.#polls = uart.polls;
  }

  /** After a slice of `ran` instructions, in which the guest also `slept` (seconds of its own time). */
  look(ran: number, slept: number): GuestState {
    const { polls, listens } = this.#uart;
    // A byte has passed since the slice began if the count is lower now.
    const fresh = polls < this.#polls ? polls : polls - this.#polls;
    this.#polls = polls;
    const looking = listens || fresh > ran / LOOKING;
    return { state: polls > this.#idleAfter ? 'idle' : looking ? 'listening' : 'busy', slept };
  }
}
