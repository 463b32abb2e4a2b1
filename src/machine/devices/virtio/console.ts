/** The console device with one port (virtio 1.2, section 5.3 "Console Device"). */
import { SavedFields, type Saved } from '../../saved';
import type { Chain } from './chain';
import type { QueueKind, VirtioDevice, VirtioHost } from './device';

/** Feature bits, section 5.3.3. */
const SIZE = 1n << 0n;
const EMERG_WRITE = 1n << 2n;

const RECEIVE = 0;
/** struct virtio_console_config: le16 cols, le16 rows, le32 max_nr_ports, le32 emerg_wr. */
const CONFIG_BYTES = 12;
const EMERG_WR = 8;

/** What may have been typed ahead, in bytes, for a snapshot to be believed. */
const MOST_WAITING = 2 ** 24;

export interface ConsoleOptions {
  /** The most bytes of one request that are sent; the rest is dropped. Default: 1 MiB. */
  readonly maxRequestBytes?: number;
}

/** Input waits outside until the driver has a buffer for it, so nothing that was typed is lost, not even in a reset. */
export class VirtioConsole implements VirtioDevice {
  readonly name = 'console';
  readonly id = 3;
  readonly features = SIZE | EMERG_WRITE;
  readonly needs = 0n;
  readonly queues: readonly QueueKind[] = [
    { maxSize: 64, holds: 'buffers' },
    { maxSize: 64, holds: 'requests' },
  ];
  readonly config = new Uint8Array(CONFIG_BYTES);
  readonly #send: (byte: number) => void;
  readonly #maxBytes: number;
  #host: VirtioHost | undefined;
  #waiting = new Uint8Array();

  /** `send` takes each byte that the guest prints. */
  constructor(send: (byte: number) => void, { maxRequestBytes = 2 ** 20 }: ConsoleOptions = {}) {
    this.#send = send;
    this.#maxBytes = maxRequestBytes;
  }

  /** Somebody types. */
  input(bytes: Iterable<number>): void {
    const typed = Uint8Array.from(bytes);
    const waiting = new Uint8Array(this.#waiting.length + typed.length);
    waiting.set(this.#waiting);
    waiting.set(typed, this.#waiting.length);
    this.#waiting = waiting;
    this.refilled();
  }

  /** The window has another size now, in characters. */
  resize(columns: number, rows: number): void {
    const view = new DataView(this.config.buffer);
    view.setUint16(0, columns, true);
    view.setUint16(2, rows, true);
    this.#host?.configChanged();
  }

  attach(host: VirtioHost): void {
    this.#host = host;
  }

  refilled(): void {
    while (this.#waiting.length > 0 && this.#host?.deliver(RECEIVE, (room) => this.#takeWaiting(room)));
  }

  serve(_queue: number, chain: Chain): number {
    for (const byte of chain.read(0, Math.min(chain.readable, this.#maxBytes))) this.#send(byte);
    return 0;
  }

  /** emerg_wr prints its low byte at any time, before the driver has negotiated anything (section 5.3.4). */
  storeConfig(offset: number, bytes: Uint8Array): void {
    if (offset === EMERG_WR) this.#send(bytes[0]);
  }

  reset(): void {}

  save(): Saved {
    return { waiting: this.#waiting.slice(), config: this.config.slice() };
  }

  restore(saved: Saved): void {
    const from = new SavedFields(saved, 'virtio console');
    this.#waiting = from.bytesUpTo('waiting', MOST_WAITING).slice();
    this.config.set(from.bytes('config', CONFIG_BYTES));
  }

  #takeWaiting(room: number): Uint8Array {
    const bytes = this.#waiting.slice(0, room);
    this.#waiting = this.#waiting.slice(bytes.length);
    return bytes;
  }
}
