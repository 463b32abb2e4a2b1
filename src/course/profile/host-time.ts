/** The host's time, by what it was spent on: the guest itself, and the exits of each kind. */
import type { ExitKind } from '#vmm';

/** What one kind of exit has cost, from the moment when the guest had come out to the moment when it could go on. */
export interface TimeShare {
  readonly kind: ExitKind;
  readonly exits: number;
  /** Milliseconds of the host's clock. */
  readonly ms: number;
}

export class HostTime {
  /** Milliseconds in which the guest executed, entering and leaving it included. */
  guestMs = 0;
  readonly #now: () => number;
  readonly #kinds = new Map<ExitKind, { exits: number; ms: number }>();
  #since: number;
  #exit: ExitKind | undefined;

  /** `now`: milliseconds of a clock that never goes back. */
  constructor(now: () => number) {
    this.#now = now;
    this.#since = now();
  }

  /** The hypervisor enters the guest now. */
  enter(): void {
    this.#since = this.#now();
    this.#exit = undefined;
  }

  /** The guest has come out. */
  exit(kind: ExitKind): void {
    const now = this.#now();
    this.guestMs += now - this.#since;
    this.#since = now;
    this.#exit = kind;
  }

  /** What was to be done about it is done. */
  handled(): void {
    const ms = this.#now() - this.#since;
    if (this.#exit === undefined) {
      this.guestMs += ms; // a turn that ended without an exit
      return;
    }
    const kind = this.#kinds.get(this.#exit) ?? { exits: 0, ms: 0 };
    kind.exits++;
    kind.ms += ms;
    this.#kinds.set(this.#exit, kind);
  }

  /** The dearest first. */
  shares(): TimeShare[] {
    return [...this.#kinds].map(([kind, { exits, ms }]) => ({ kind, exits, ms })).sort((a, b) => b.ms - a.ms);
  }
}
