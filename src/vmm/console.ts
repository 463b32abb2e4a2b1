/** A VM's console: every byte that the guest wrote, kept and passed on. */

/** Both ways to write (the UART's transmitter and SBI calls) end here, in the order in which the guest used them. */
export class Console {
  readonly #bytes: number[] = [];
  readonly #sink: (byte: number) => void;

  /** `sink` gets each byte as it is written. */
  constructor(sink: (byte: number) => void = () => undefined) {
    this.#sink = sink;
  }

  /** `byte` is 0 .. 255. */
  write(byte: number): void {
    this.#bytes.push(byte);
    this.#sink(byte);
  }

  /** All that was written so far, a character for each byte (Latin-1). */
  get text(): string {
    let text = '';
    for (let at = 0; at < this.#bytes.length; at += 8192)
      text += String.fromCharCode(...this.#bytes.slice(at, at + 8192));
    return text;
  }
}
