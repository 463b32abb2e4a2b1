/** A VM's serial port: what the part `emulatedDevices.uart` works on, its wires, and what a snapshot keeps. PC16550D data sheet, section 8. */
import { SavedFields, uart, type Device, type IrqLine, type Saved, type Uart16550 } from '#machine';
import { ours, PartFailure } from '../part-failure';
import type { EmulatedDevices, UartModel, UartRegisters } from '../emulated-devices';

/** What whoever is at the other end of the wire may ask of a serial port, be it the machine's or a VM's. */
export type SerialPort = Pick<Uart16550, 'input' | 'drained' | 'listens' | 'polls' | 'load'>;

/** What a person can have typed ahead, in bytes, for a snapshot to be believed. */
const MOST_WAITING = 2 ** 24;

/** Table "UART Reset Configuration". The divisor and the scratch register survive a reset. */
const atReset = () => ({ ier: 0, fcr: 0, lcr: 0, mcr: 0, msr: uart.PEER_READY, rbr: 0, overrun: false, sent: false });

/** The data sheet leaves the divisor open at power-on; QEMU has 12. */
export const uartAtPowerOn = (): UartRegisters => ({ ...atReset(), divisor: 12, scr: 0, received: [] });

export class EmulatedUart implements Device, SerialPort {
  readonly name = 'serial';
  readonly size = 8;
  /** As on the bare machine: of a wider access the registers use the low byte. */
  readonly widths = [1, 2, 4, 8] as const;
  /** LSR reads since the guest last sent or received a byte. */
  polls = 0;
  readonly #registers = uartAtPowerOn();
  readonly #model: UartModel;
  readonly #irq: IrqLine;
  /** Bytes that the receiver had no room for yet: nothing that comes from outside is lost to overrun. */
  #waiting: number[] = [];

  /** `send` takes each byte that the guest transmits. */
  constructor(part: EmulatedDevices['uart'], irq: IrqLine, send: (byte: number) => void) {
    this.#irq = irq;
    this.#model = part(this.#registers, (byte) => ours(() => send(byte & 0xff)));
  }

  /** The other end of the wire transmits. */
  input(bytes: Iterable<number>): void {
    for (const byte of bytes) this.#waiting.push(byte & 0xff);
    this.#update();
  }

  /** True if the guest has taken everything that `input` was given. */
  get drained(): boolean {
    return this.#waiting.length === 0 && this.#registers.received.length === 0;
  }

  /** True while the guest has asked to be interrupted by input. */
  get listens(): boolean {
    return (this.#registers.ier & uart.Enable.received) !== 0;
  }

  load(offset: number): bigint {
    if (offset === uart.Register.lsr) this.polls++;
    else this.#passed(offset);
    const value = this.#model.load(offset);
    this.#update();
    return BigInt(value);
  }

  store(offset: number, _width: unknown, value: bigint): void {
    this.#passed(offset);
    this.#model.store(offset, Number(value & 0xffn));
    this.#update();
  }

  reset(): void {
    Object.assign(this.#registers, atReset());
    this.#registers.received.length = 0;
    this.polls = 0;
    this.#update();
  }

  save(): Saved {
    const { received, ...registers } = this.#registers;
    const saved = {
      ...registers,
      received: Uint8Array.from(received),
      waiting: Uint8Array.from(this.#waiting),
      polls: this.polls,
    };
    try {
      uartFrom(saved);
    } catch (error) {
      throw new PartFailure('emulatedDevices', 'your `uart` left registers that no 16550 has.', { cause: error });
    }
    return saved;
  }

  restore(saved: Saved): void {
    const { waiting, polls, received, ...registers } = uartFrom(saved);
    Object.assign(this.#registers, registers);
    this.#registers.received.splice(0, Infinity, ...received);
    this.#waiting = [...waiting];
    this.polls = polls;
  }

  /** A byte goes through THR or RBR. */
  #passed(offset: number): void {
    if (offset === uart.Register.rbrThrDll && !(this.#registers.lcr & uart.DLAB)) this.polls = 0;
  }

  #update(): void {
    while (this.#waiting.length > 0 && this.#model.receive(this.#waiting[0])) this.#waiting.shift();
    this.#irq.set(this.#model.interrupts());
  }
}

/** Throws InputError for anything that `save` could not have given. */
function uartFrom(saved: Saved): UartRegisters & { readonly waiting: Uint8Array; readonly polls: number } {
  const from = new SavedFields(saved, 'serial');
  const fcr = from.integer('fcr', 0, 0xff);
  return {
    divisor: from.integer('divisor', 0, 0xffff),
    ier: from.integer('ier', 0, 0x0f),
    fcr,
    lcr: from.integer('lcr', 0, 0xff),
    mcr: from.integer('mcr', 0, uart.CONTROL),
    msr: from.integer('msr', 0, 0xff),
    scr: from.integer('scr', 0, 0xff),
    rbr: from.integer('rbr', 0, 0xff),
    received: [...from.bytesUpTo('received', fcr & uart.Fifo.enable ? uart.FIFO_BYTES : 1)],
    overrun: from.flag('overrun'),
    sent: from.flag('sent'),
    waiting: from.bytesUpTo('waiting', MOST_WAITING),
    polls: from.integer('polls', 0, Number.MAX_SAFE_INTEGER),
  };
}
