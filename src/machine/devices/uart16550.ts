/** The serial port: a 16550A without a baud rate. National Semiconductor PC16550D data sheet, section 8 "Registers". */
import type { Device } from '../bus/device';
import type { IrqLine } from '../irq/line';
import type { Width } from '../isa/row';
import { SavedFields, type Saved } from '../saved';
import { ModemLines } from './uart-modem';
import { Cause, DLAB, Enable, Fifo, FIFO_BYTES, FIFOS_ON, LineStatus, Register, TRIGGERS } from './uart-registers';

/** What a person can have typed ahead, in bytes, for a snapshot to be believed. */
const MOST_WAITING = 2 ** 24;

/**
 * The transmitter hands each byte on at once. Bytes of `input` wait outside until the receiver has room, so nothing that
 * comes from outside is ever lost to overrun. Because there is no baud rate, the line is silent right after the last byte,
 * and the receiver's time-out (4 character times on the chip) has come as soon as fewer bytes than the trigger are left.
 */
export class Uart16550 implements Device {
  readonly name = 'serial';
  readonly size = 8;
  /** Registers are bytes; QEMU takes wider accesses too and uses their low byte, so we do. */
  readonly widths: readonly Width[] = [1, 2, 4, 8];
  /** LSR reads since the guest last sent or received a byte: a guest that polls for input makes this grow. */
  polls = 0;
  readonly #irq: IrqLine;
  readonly #send: (byte: number) => void;
  #waiting: number[] = [];
  #received: number[] = [];
  /** The byte that came last without FIFOs: RBR goes on showing it after it was read. */
  #holding = 0;
  /** The data sheet leaves it open at power-on; QEMU has 12 (9600 baud on a PC). */
  #divisor = 12;
  #ier = 0;
  #fifo = false;
  #trigger = 1;
  #lcr = 0;
  #scratch = 0;
  #overrun = false;
  #sentPending = false;
  readonly #modem = new ModemLines();

  /** `send` takes each byte that the guest transmits. */
  constructor(irq: IrqLine, send: (byte: number) => void) {
    this.#irq = irq;
    this.#send = send;
  }

  /** The other end of the wire transmits. */
  input(bytes: Iterable<number>): void {
    for (const byte of bytes) this.#waiting.push(byte & 0xff);
    this.#update();
  }

  /** True if the guest has taken everything that `input` was given. */
  get drained(): boolean {
    return this.#waiting.length === 0 && this.#received.length === 0;
  }

  /** True while the guest has asked to be interrupted by input. */
  get listens(): boolean {
    return (this.#ier & Enable.received) !== 0;
  }

  load(offset: number): bigint {
    const value = this.#read(offset);
    this.#update();
    return BigInt(value);
  }

  store(offset: number, _width: Width, value: bigint): void {
    this.#write(offset, Number(value & 0xffn));
    this.#update();
  }

  /** The divisor and the scratch register survive (data sheet table "UART Reset Configuration"), as does what waits outside. */
  reset(): void {
    this.#received = [];
    this.#holding = 0;
    this.#ier = this.#lcr = 0;
    this.#fifo = false;
    this.#trigger = 1;
    this.#overrun = this.#sentPending = false;
    this.#modem.reset();
    this.polls = 0;
    this.#update();
  }

  save(): Saved {
    return {
      waiting: Uint8Array.from(this.#waiting),
      received: Uint8Array.from(this.#received),
      holding: this.#holding,
      divisor: this.#divisor,
      ier: this.#ier,
      fifo: this.#fifo,
      trigger: this.#trigger,
      lcr: this.#lcr,
      scratch: this.#scratch,
      overrun: this.#overrun,
      sentPending: this.#sentPending,
      ...this.#modem.save(),
      polls: this.polls,
    };
  }

  restore(saved: Saved): void {
    const from = new SavedFields(saved, this.name);
    this.#fifo = from.flag('fifo');
    this.#waiting = [...from.bytesUpTo('waiting', MOST_WAITING)];
    this.#received = [...from.bytesUpTo('received', this.#capacity)];
    this.#holding = from.integer('holding', 0, 0xff);
    this.#divisor = from.integer('divisor', 0, 0xffff);
    this.#ier = from.integer('ier', 0, 0x0f);
    this.#trigger = from.integer('trigger', 1, FIFO_BYTES);
    this.#lcr = from.integer('lcr', 0, 0xff);
    this.#scratch = from.integer('scratch', 0, 0xff);
    this.#overrun = from.flag('overrun');
    this.#sentPending = from.flag('sentPending');
    this.#modem.restore(from);
    this.polls = from.integer('polls', 0, Number.MAX_SAFE_INTEGER);
  }

  #read(offset: number): number {
    const latch = (this.#lcr & DLAB) !== 0;
    switch (offset) {
      case Register.rbrThrDll:
        return latch ? this.#divisor & 0xff : this.#receive();
      case Register.ierDlm:
        return latch ? this.#divisor >> 8 : this.#ier;
      case Register.iirFcr:
        return this.#identify();
      case Register.lcr:
        return this.#lcr;
      case Register.mcr:
        return this.#modem.control;
      case Register.lsr:
        return this.#lineStatus();
      case Register.msr:
        return this.#modem.status();
      default:
        return this.#scratch;
    }
  }

  #write(offset: number, value: number): void {
    const latch = (this.#lcr & DLAB) !== 0;
    switch (offset) {
      case Register.rbrThrDll:
        return latch ? void (this.#divisor = (this.#divisor & 0xff00) | value) : this.#transmit(value);
      case Register.ierDlm:
        return latch ? void (this.#divisor = (value << 8) | (this.#divisor & 0xff)) : this.#enable(value);
      case Register.iirFcr:
        return this.#controlFifos(value);
      case Register.lcr:
        return void (this.#lcr = value);
      case Register.mcr:
        return this.#modem.setControl(value);
      case Register.scr:
        return void (this.#scratch = value);
      default:
        return; // LSR and MSR are read-only
    }
  }

  #receive(): number {
    this.polls = 0;
    const byte = this.#received.shift() ?? 0;
    return this.#fifo ? byte : this.#holding;
  }

  #transmit(byte: number): void {
    this.polls = 0;
    if (this.#modem.loopback) this.#loopBack(byte);
    else this.#send(byte);
    this.#sentPending = true;
  }

  /** With a full FIFO the new byte is lost; without FIFOs it replaces the old one. Both are an overrun. */
  #loopBack(byte: number): void {
    const full = this.#received.length >= this.#capacity;
    this.#overrun ||= full;
    if (full && !this.#fifo) this.#received = [];
    if (!full || !this.#fifo) this.#accept(byte);
  }

  #accept(byte: number): void {
    this.#received.push(byte);
    if (!this.#fifo) this.#holding = byte;
  }

  /** Turning the "sent" interrupt on raises it at once: the transmitter is empty. Drivers start sending this way. */
  #enable(value: number): void {
    if (value & Enable.sent && !(this.#ier & Enable.sent)) this.#sentPending = true;
    this.#ier = value & 0x0f;
  }

  /** Reading IIR acknowledges "sent", if that is the cause shown. */
  #identify(): number {
    const id = this.#cause();
    if (id === Cause.sent) this.#sentPending = false;
    return id | (this.#fifo ? FIFOS_ON : 0);
  }

  #controlFifos(value: number): void {
    const on = (value & Fifo.enable) !== 0;
    const toggled = on !== this.#fifo;
    if (toggled || value & Fifo.clearReceiver) this.#received = [];
    // An emptied transmitter is news, although ours was empty before: QEMU interrupts too.
    if (toggled || value & Fifo.clearTransmitter) this.#sentPending = true;
    this.#fifo = on;
    this.#trigger = on ? TRIGGERS[value >> 6] : 1;
  }

  #lineStatus(): number {
    this.polls++;
    const status =
      LineStatus.transmitterEmpty |
      (this.#overrun ? LineStatus.overrun : 0) |
      (this.#received.length > 0 ? LineStatus.dataReady : 0);
    this.#overrun = false;
    return status;
  }

  get #capacity(): number {
    return this.#fifo ? FIFO_BYTES : 1;
  }

  /** The most urgent enabled cause, in the data sheet's order of priority. */
  #cause(): number {
    const count = this.#received.length;
    if (this.#ier & Enable.lineStatus && this.#overrun) return Cause.lineStatus;
    if (this.#ier & Enable.received && count >= this.#trigger) return Cause.received;
    if (this.#ier & Enable.received && count > 0) return Cause.timeout;
    if (this.#ier & Enable.sent && this.#sentPending) return Cause.sent;
    if (this.#ier & Enable.modemStatus && this.#modem.changed) return Cause.modemStatus;
    return Cause.none;
  }

  /** After anything happened: takes in waiting bytes, then drives the interrupt wire. In loopback the wire from outside is cut off. */
  #update(): void {
    const { loopback } = this.#modem;
    while (!loopback && this.#waiting.length > 0 && this.#received.length < this.#capacity) {
      this.#accept(this.#waiting.shift()!);
    }
    this.#irq.set(this.#cause() !== Cause.none);
  }
}
