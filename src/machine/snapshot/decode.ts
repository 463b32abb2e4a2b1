/** Saved state from bytes (see encode.ts for the format), which may be anything at all. */
import { InputError } from '../input-error';
import type { Saved } from '../saved';
import { KIND } from './encode';

/** Far deeper than any part of the machine nests its state; a damaged file must not use up the stack. */
const DEEPEST = 32;

/** Throws InputError unless all of `bytes` is one value. Bytes within it are views, not copies. */
export function decode(bytes: Uint8Array): Saved {
  const reader = new Reader(bytes);
  const value = reader.value(0);
  if (!reader.atEnd) throw malformed();
  return value;
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  value(depth: number): Saved {
    if (depth > DEEPEST) throw malformed();
    switch (this.#bytes[this.#take(1)]) {
      case KIND.null:
        return null;
      case KIND.false:
        return false;
      case KIND.true:
        return true;
      case KIND.number:
        return this.#number();
      case KIND.word:
        return this.#view.getBigUint64(this.#take(8), true);
      case KIND.text:
        return this.#text();
      case KIND.bytes:
        return this.#sized();
      case KIND.list:
        return Array.from({ length: this.#length() }, () => this.value(depth + 1));
      case KIND.record:
        return Object.fromEntries(Array.from({ length: this.#length() }, () => [this.#text(), this.value(depth + 1)]));
      default:
        throw malformed();
    }
  }

  #number(): number {
    const value = this.#view.getFloat64(this.#take(8), true);
    if (!Number.isSafeInteger(value)) throw malformed();
    return value;
  }

  #text(): string {
    return Array.from(this.#sized(), (code) => String.fromCharCode(code)).join('');
  }

  #sized(): Uint8Array {
    const length = this.#length();
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** Of items of at least a byte each, so that more than there are bytes left are not believed. */
  #length(): number {
    const length = this.#view.getUint32(this.#take(4), true);
    if (length > this.#bytes.length - this.#at) throw malformed();
    return length;
  }

  /** The place of the next `size` bytes. */
  #take(size: number): number {
    const at = this.#at;
    if (size > this.#bytes.length - at) throw malformed();
    this.#at += size;
    return at;
  }
}

const malformed = (): InputError => new InputError('The snapshot is damaged: its contents are not well formed.');
