/** The firmware's event counters of one hart (SBI ch. 11 "Performance Monitoring Unit Extension", table "SBI PMU firmware events"). */
import { SavedFields, type Savable, type Saved } from '#machine';

/** Codes of the events that this firmware can see. */
export const FirmwareEvent = {
  accessLoad: 2,
  accessStore: 3,
  illegalInstruction: 4,
  setTimer: 5,
  ipiSent: 6,
  ipiReceived: 7,
  fenceISent: 8,
  fenceIReceived: 9,
  sfenceVmaSent: 10,
  sfenceVmaReceived: 11,
  sfenceVmaAsidSent: 12,
  sfenceVmaAsidReceived: 13,
} as const;
export type FirmwareEvent = (typeof FirmwareEvent)[keyof typeof FirmwareEvent];

export const isFirmwareEvent = (code: number): code is FirmwareEvent =>
  Object.values(FirmwareEvent).some((known) => known === code);

/** Counters of a hart. */
export const EVENT_COUNTERS = 16;

/** Not configured. */
const FREE = -1;

export class EventCounters implements Savable {
  /** By counter: the event's code, or FREE. */
  readonly #event = Array.from({ length: EVENT_COUNTERS }, () => FREE);
  readonly #value = new BigUint64Array(EVENT_COUNTERS);
  readonly #runs = Array.from({ length: EVENT_COUNTERS }, () => false);

  /** Something happened that counters may be waiting for. */
  happened(event: FirmwareEvent): void {
    for (let i = 0; i < EVENT_COUNTERS; i++) if (this.#runs[i] && this.#event[i] === event) this.#value[i]++;
  }

  /** Lets counter `index` stand for `event`. */
  configure(index: number, event: FirmwareEvent): void {
    this.#event[index] = event;
    this.#runs[index] = false;
  }

  isConfigured(index: number): boolean {
    return this.#event[index] !== FREE;
  }

  isRunning(index: number): boolean {
    return this.#runs[index];
  }

  start(index: number): void {
    this.#runs[index] = true;
  }

  stop(index: number): void {
    this.#runs[index] = false;
  }

  /** Gives the counter back; it keeps its value until somebody else gets it. */
  free(index: number): void {
    this.#runs[index] = false;
    this.#event[index] = FREE;
  }

  /** 64 bits, unsigned. */
  get(index: number): bigint {
    return this.#value[index];
  }

  set(index: number, value: bigint): void {
    this.#value[index] = value;
  }

  reset(): void {
    this.#event.fill(FREE);
    this.#value.fill(0n);
    this.#runs.fill(false);
  }

  save(): Saved {
    return { event: [...this.#event], value: [...this.#value], runs: [...this.#runs] };
  }

  restore(saved: Saved): void {
    const from = new SavedFields(saved, 'event counters');
    const events = from.values('event', EVENT_COUNTERS).map((event) => (event === FREE ? FREE : Number(event)));
    this.#value.set(from.words('value', EVENT_COUNTERS));
    const runs = from.values('runs', EVENT_COUNTERS);
    for (let i = 0; i < EVENT_COUNTERS; i++) {
      this.#event[i] = isFirmwareEvent(events[i]) ? events[i] : FREE;
      this.#runs[i] = runs[i] === true && this.#event[i] !== FREE;
    }
  }
}
