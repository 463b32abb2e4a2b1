/** The real-time clock: Goldfish RTC, as QEMU's virt board has it. "Goldfish virtual hardware guide" of the Android emulator, section "Goldfish real-time clock". */
import { unsigned } from '../bits';
import type { Device } from '../bus/device';
import { INSTRUCTIONS_PER_TICK } from '../hart/ports';
import type { InstructionClock } from '../irq/aclint';
import type { Alarm } from '../irq/alarm';
import type { IrqLine } from '../irq/line';
import type { Width } from '../isa/row';
import { SavedFields, type Saved } from '../saved';

/** Registers, 4 bytes each. Times are nanoseconds since 1970-01-01T00:00Z, unsigned 64-bit, in two halves. */
const TIME_LOW = 0x00; // a load takes the time, and keeps its high half for TIME_HIGH
const TIME_HIGH = 0x04;
const ALARM_LOW = 0x08; // a store sets the alarm: store ALARM_HIGH first
const ALARM_HIGH = 0x0c;
const IRQ_ENABLED = 0x10;
const CLEAR_ALARM = 0x14;
const ALARM_STATUS = 0x18;
const CLEAR_INTERRUPT = 0x1c;

const NANOSECONDS_PER_TICK = 100;

/** What `timeAtPowerOn` is unless somebody chooses: 2026-01-01T00:00:00Z. */
export const DEFAULT_TIME = BigInt(Date.UTC(2026, 0, 1)) * 1_000_000n;

/**
 * Time is the machine's own, in steps of 100 ns: it starts at a given date and advances with the instructions, so that a run
 * can be repeated. An alarm is due a fixed time after it was set: setting the clock later does not move it (as on QEMU).
 */
export class GoldfishRtc implements Device, Alarm {
  readonly name = 'rtc';
  readonly size = 0x24;
  readonly widths: readonly Width[] = [4];
  readonly #clock: Pick<InstructionClock, 'now'>;
  readonly #irq: IrqLine;
  readonly #timeAtPowerOn: bigint;
  readonly #deadlineChanged: () => void;
  /** The time shown is the clock's plus this. */
  #offset: bigint;
  #latchedHigh = 0n;
  #alarm = 0n;
  /** The clock's nanosecond at which the alarm is due; undefined while none is set. */
  #due: bigint | undefined;
  #enabled = false;
  #pending = false;

  /** `timeAtPowerOn` in nanoseconds since the epoch; `deadlineChanged` is called when an alarm was set. */
  constructor(
    clock: Pick<InstructionClock, 'now'>,
    irq: IrqLine,
    timeAtPowerOn: bigint = DEFAULT_TIME,
    deadlineChanged: () => void = () => undefined,
  ) {
    this.#clock = clock;
    this.#irq = irq;
    this.#timeAtPowerOn = this.#offset = timeAtPowerOn;
    this.#deadlineChanged = deadlineChanged;
  }

  load(offset: number): bigint {
    switch (offset) {
      case TIME_LOW:
        this.#latchedHigh = this.#time() >> 32n;
        return low(this.#time());
      case TIME_HIGH:
        return this.#latchedHigh;
      case ALARM_LOW:
        return low(this.#alarm);
      case ALARM_HIGH:
        return this.#alarm >> 32n;
      case IRQ_ENABLED:
        return this.#enabled ? 1n : 0n;
      case ALARM_STATUS:
        return this.#due === undefined ? 0n : 1n;
      default:
        return 0n;
    }
  }

  store(offset: number, _width: Width, value: bigint): void {
    this.#write(offset, value);
    this.#drive();
  }

  /** The power goes off and on, so the clock shows the date of power-on again. */
  reset(): void {
    this.#offset = this.#timeAtPowerOn - this.#now();
    this.#latchedHigh = this.#alarm = 0n;
    this.#due = undefined;
    this.#enabled = this.#pending = false;
    this.#drive();
  }

  save(): Saved {
    return {
      offset: unsigned(this.#offset),
      latchedHigh: this.#latchedHigh,
      alarm: this.#alarm,
      armed: this.#due !== undefined,
      due: unsigned(this.#due ?? 0n),
      enabled: this.#enabled,
      pending: this.#pending,
    };
  }

  restore(saved: Saved): void {
    const from = new SavedFields(saved, this.name);
    this.#offset = from.word('offset');
    this.#latchedHigh = from.word('latchedHigh', 32);
    this.#alarm = from.word('alarm');
    const due = from.word('due');
    this.#due = from.flag('armed') ? due : undefined;
    this.#enabled = from.flag('enabled');
    this.#pending = from.flag('pending');
  }

  untilAlarm(): number {
    if (this.#due === undefined) return Infinity;
    const ticks = Math.ceil(Number(this.#due - this.#now()) / NANOSECONDS_PER_TICK);
    if (ticks <= 0 || ticks >= 2 ** 48) return Infinity; // due by now, or later than any run can last
    return ticks * INSTRUCTIONS_PER_TICK - (this.#clock.now() % INSTRUCTIONS_PER_TICK);
  }

  update(): void {
    if (this.#due === undefined || this.#due > this.#now()) return;
    this.#due = undefined;
    this.#pending = true;
    this.#drive();
  }

  #write(offset: number, value: bigint): void {
    switch (offset) {
      case TIME_LOW:
        return void (this.#offset += withLow(this.#time(), value) - this.#time());
      case TIME_HIGH:
        return void (this.#offset += withHigh(this.#time(), value) - this.#time());
      case ALARM_LOW:
        this.#alarm = withLow(this.#alarm, value);
        return this.#setAlarm();
      case ALARM_HIGH:
        return void (this.#alarm = withHigh(this.#alarm, value));
      case IRQ_ENABLED:
        return void (this.#enabled = (value & 1n) === 1n);
      case CLEAR_ALARM:
        return void (this.#due = undefined);
      case CLEAR_INTERRUPT:
        return void (this.#pending = false);
      default:
        return; // ALARM_STATUS is read-only
    }
  }

  /** An alarm for now or the past is due at once. */
  #setAlarm(): void {
    const wait = this.#alarm - this.#time();
    this.#due = this.#now() + (wait > 0n ? wait : 0n);
    this.update();
    this.#deadlineChanged();
  }

  /** Nanoseconds of the machine's time. */
  #now(): bigint {
    return BigInt(Math.floor(this.#clock.now() / INSTRUCTIONS_PER_TICK) * NANOSECONDS_PER_TICK);
  }

  #time(): bigint {
    return unsigned(this.#now() + this.#offset);
  }

  #drive(): void {
    this.#irq.set(this.#pending && this.#enabled);
  }
}

const low = (time: bigint): bigint => time & 0xffff_ffffn;
const withLow = (time: bigint, half: bigint): bigint => ((time >> 32n) << 32n) | half;
const withHigh = (time: bigint, half: bigint): bigint => (half << 32n) | low(time);
