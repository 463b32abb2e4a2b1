/** A VM's console: what the guest wrote, kept for whoever asks and passed on at once. */

/** More is passed on, but not kept: a guest that never stops talking costs the host no more than this. Bytes; unless somebody sets another limit. */
const KEPT = 2 ** 24;

/** Both ways to write (the UART's transmitter and SBI calls) end here, in the order in which the guest used them. */
export class Console {
  #bytes = new Uint8Array(256);
  #length = 0;
  readonly #sink: (byte: number) => void;

  readonly #most: number;

  /** `sink` gets each byte as it is written; `most` are kept. */
  constructor(sink: (byte: number) => void = () => undefined, most = KEPT) {
    this.#sink = sink;
    this.#most = most;
  }

  /** `byte` is 0 .. 255. */
  write(byte: number): void {
    if (this.#length < this.#most) this.#keep(byte);
    this.#sink(byte);
  }

  #keep(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#length);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = byte;
  }

  /** All that was written so far, and kept, a character for each byte (Latin-1). */
  get text(): string {
    let text = '';
    for (let at = 0; at < this.#length; at += 8192) {
      text += String.fromCharCode(...this.#bytes.subarray(at, Math.min(at + 8192, this.#length)));
    }
    return text;
  }
}
