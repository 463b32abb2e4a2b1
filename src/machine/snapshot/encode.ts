/** Saved state as bytes: each value is a byte that tells its kind, then its contents, little-endian; a length is a u32. */
import type { Saved } from '../saved';

export const KIND = {
  null: 0,
  false: 1,
  true: 2,
  /** f64, a safe integer. */
  number: 3,
  /** u64. */
  word: 4,
  /** Length, ASCII. */
  text: 5,
  /** Length, bytes. */
  bytes: 6,
  /** Length, values. */
  list: 7,
  /** Length; for each field its name as length and ASCII, then its value. */
  record: 8,
} as const;

/** The same value always gives the same bytes: fields are in the order of the object. */
export function encode(value: Saved): Uint8Array {
  const writer = new Writer();
  writer.value(value);
  return writer.finish();
}

/** Writes into a buffer that doubles when it is full. */
class Writer {
  #bytes = new Uint8Array(0x1_0000);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  value(value: Saved): void {
    if (value === null) this.#kind(KIND.null);
    else if (typeof value === 'boolean') this.#kind(value ? KIND.true : KIND.false);
    else if (typeof value === 'number') this.#number(value);
    else if (typeof value === 'bigint') this.#word(value);
    else if (typeof value === 'string') {
      this.#kind(KIND.text);
      this.#text(value);
    } else if (value instanceof Uint8Array) {
      this.#kind(KIND.bytes);
      this.#sized(value);
    } else if (Array.isArray(value)) this.#list(value as readonly Saved[]);
    else this.#record(value as Readonly<Record<string, Saved>>);
  }

  #list(values: readonly Saved[]): void {
    this.#kind(KIND.list);
    this.#u32(values.length);
    for (const value of values) this.value(value);
  }

  #record(record: Readonly<Record<string, Saved>>): void {
    this.#kind(KIND.record);
    this.#u32(Object.keys(record).length);
    for (const [name, value] of Object.entries(record)) {
      this.#text(name);
      this.value(value);
    }
  }

  #number(value: number): void {
    if (!Number.isSafeInteger(value)) throw new Error(`${value} was saved, which is not a safe integer`);
    this.#kind(KIND.number);
    const at = this.#take(8);
    this.#view.setFloat64(at, value, true);
  }

  #word(value: bigint): void {
    if (BigInt.asUintN(64, value) !== value)
      throw new Error(`${value} was saved, which is not an unsigned 64-bit word`);
    this.#kind(KIND.word);
    const at = this.#take(8);
    this.#view.setBigUint64(at, value, true);
  }

  #text(text: string): void {
    this.#sized(ascii(text));
  }

  #sized(bytes: Uint8Array): void {
    this.#u32(bytes.length);
    const at = this.#take(bytes.length);
    this.#bytes.set(bytes, at);
  }

  #kind(kind: number): void {
    const at = this.#take(1);
    this.#bytes[at] = kind;
  }

  #u32(value: number): void {
    const at = this.#take(4);
    this.#view.setUint32(at, value, true);
  }

  /** The place of the next `size` bytes. May exchange buffer and view: take first, then write. */
  #take(size: number): number {
    const at = this.#length;
    this.#length += size;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length));
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }
}

/** Names and texts of the machine are ASCII. */
function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => {
    const code = character.codePointAt(0)!;
    if (code > 0x7f) throw new Error(`"${text}" was saved, which is not ASCII`);
    return code;
  });
}
