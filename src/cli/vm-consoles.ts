/** What several machines write, on one terminal: a person sees the one in front, a file or pipe gets all of it, line by line with names. */

/** What is kept of a machine that is not shown, in bytes. */
const KEPT = 4096;
const LINE_FEED = 0x0a;

export class VmConsoles {
  readonly #send: (byte: number) => void;
  /** Somebody sits there. */
  readonly person: boolean;
  readonly #names: readonly string[];
  /** What each has written since it was shown, or since the last line ended. */
  readonly #kept = new Map<string, number[]>();
  #front: string;

  /** `send` takes what is to be shown. `person`: somebody sits there. */
  constructor(names: readonly string[], send: (byte: number) => void, person: boolean) {
    this.#names = names;
    this.#send = send;
    this.person = person;
    this.#front = names[0];
  }

  /** Takes what the machine of this name writes. */
  readonly of =
    (name: string) =>
    (byte: number): void => {
      if (this.#names.length === 1 || (this.person && name === this.#front)) this.#send(byte);
      else if (this.person) this.#keep(name, byte);
      else this.#line(name, byte);
    };

  /** The machine comes to the front: what it has written meanwhile is shown first. */
  show(name: string): void {
    this.#front = name;
    this.#kept.get(name)?.forEach(this.#send);
    this.#kept.delete(name);
  }

  /** Nothing more comes: lines that have not ended are shown too. */
  end(): void {
    if (this.person) return;
    for (const [name, bytes] of this.#kept) if (bytes.length > 0) this.#flush(name, [...bytes, LINE_FEED]);
  }

  #keep(name: string, byte: number): void {
    const kept = this.#bytes(name);
    kept.push(byte);
    if (kept.length > 2 * KEPT) kept.splice(0, KEPT);
  }

  #line(name: string, byte: number): void {
    const line = this.#bytes(name);
    line.push(byte);
    if (byte === LINE_FEED || line.length >= KEPT) this.#flush(name, line.splice(0));
  }

  #flush(name: string, line: readonly number[]): void {
    for (const byte of [...Buffer.from(`${name}: `), ...line]) this.#send(byte);
  }

  #bytes(name: string): number[] {
    const bytes = this.#kept.get(name) ?? [];
    this.#kept.set(name, bytes);
    return bytes;
  }
}
