/** What a part of the machine saves of itself for a snapshot, and how it reads that back without trusting it. */
import { InputError } from './input-error';

/**
 * Plain data: what `save` gives and `restore` takes. Numbers are safe integers; bigints are unsigned and below 2^64. Typed
 * arrays of other kinds are saved as their bytes.
 */
export type Saved =
  null | boolean | number | bigint | string | Uint8Array | readonly Saved[] | { readonly [key: string]: Saved };

/** A part of the machine that a snapshot contains. */
export interface Savable {
  /** All that is not a cache or a connection: what `restore` needs to go on identically. Later changes must not show in it. */
  save(): Saved;
  /**
   * Takes over what `save` gave, perhaps on another machine of the same shape. Throws InputError for anything that `save` could
   * not have given, as it may come from a damaged or malicious file (QEMU's CVE-2013-4541 was a missing check here); what has
   * been taken over by then is undefined. Sets no wire and calls nobody: both ends of each connection save their own state.
   */
  restore(saved: Saved): void;
}

/** The fields of a saved object, each checked as it is read. Every method throws InputError with a sentence that names the field. */
export class SavedFields {
  readonly #name: string;
  readonly #fields: Readonly<Record<string, Saved>>;

  /** `name`: of the part, for people. */
  constructor(saved: Saved, name: string) {
    if (!isObject(saved)) throw damaged(`${name} must be a record of fields`);
    this.#name = name;
    this.#fields = saved;
  }

  get names(): readonly string[] {
    return Object.keys(this.#fields);
  }

  /** An integer from `least` to `most`. */
  integer(key: string, least: number, most: number): number {
    const value = this.#get(key);
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    throw this.#wrong(key, `an integer from ${least} to ${most}`);
  }

  /** An unsigned integer of `bits` bits. */
  word(key: string, bits = 64): bigint {
    const value = this.#get(key);
    if (typeof value === 'bigint' && BigInt.asUintN(bits, value) === value) return value;
    throw this.#wrong(key, `an unsigned integer of ${bits} bits`);
  }

  flag(key: string): boolean {
    const value = this.#get(key);
    if (typeof value === 'boolean') return value;
    throw this.#wrong(key, 'true or false');
  }

  /** One of these texts. */
  oneOf<T extends string>(key: string, among: readonly T[]): T {
    const value = this.#get(key);
    const found = among.find((each) => each === value);
    if (found !== undefined) return found;
    throw this.#wrong(key, `one of ${among.join(', ')}`);
  }

  /** Exactly `length` bytes, each at most `most`. */
  bytes(key: string, length: number, most = 255): Uint8Array {
    const value = this.bytesUpTo(key, length);
    if (value.length === length && (most === 255 || value.every((byte) => byte <= most))) return value;
    throw this.#wrong(key, most === 255 ? `${length} bytes` : `${length} bytes from 0 to ${most}`);
  }

  /** At most `longest` bytes. */
  bytesUpTo(key: string, longest: number): Uint8Array {
    const value = this.#get(key);
    if (value instanceof Uint8Array && value.length <= longest) return value;
    throw this.#wrong(key, `at most ${longest} bytes`);
  }

  /** Exactly `length` integers from 0 to `most`. */
  integers(key: string, length: number, most: number): number[] {
    const values = this.list(key, length);
    const isGood = (value: Saved): value is number =>
      typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;
    if (values.length === length && values.every(isGood)) return [...values];
    throw this.#wrong(key, `${length} integers from 0 to ${most}`);
  }

  /** Exactly `length` unsigned integers of 64 bits. */
  words(key: string, length: number): bigint[] {
    const values = this.list(key, length);
    const isGood = (value: Saved): value is bigint => typeof value === 'bigint' && BigInt.asUintN(64, value) === value;
    if (values.length === length && values.every(isGood)) return [...values];
    throw this.#wrong(key, `${length} unsigned integers of 64 bits`);
  }

  /** Any text. */
  text(key: string): string {
    const value = this.#get(key);
    if (typeof value === 'string') return value;
    throw this.#wrong(key, 'a text');
  }

  /** Exactly `length` values, which are unchecked. */
  values(key: string, length: number): readonly Saved[] {
    const values = this.list(key, length);
    if (values.length !== length) throw this.#wrong(key, `a list of ${length}`);
    return values;
  }

  /** A list of at most `longest` values, which are unchecked. */
  list(key: string, longest: number): readonly Saved[] {
    const value = this.#get(key);
    if (Array.isArray(value) && value.length <= longest) return value as readonly Saved[];
    throw this.#wrong(key, `a list of at most ${longest}`);
  }

  /** Exactly `length` objects. */
  records(key: string, length: number): SavedFields[] {
    return this.values(key, length).map((value, i) => new SavedFields(value, `${this.#name}.${key}[${i}]`));
  }

  /** An object within this one. */
  part(key: string): SavedFields {
    return new SavedFields(this.#get(key), `${this.#name}.${key}`);
  }

  /** What another part's `restore` will check. */
  saved(key: string): Saved {
    return this.#get(key);
  }

  #get(key: string): Saved {
    if (!Object.hasOwn(this.#fields, key)) throw damaged(`${this.#name} has no "${key}"`);
    return this.#fields[key];
  }

  #wrong(key: string, expected: string): InputError {
    return damaged(`${this.#name}.${key} must be ${expected}`);
  }
}

function isObject(saved: Saved): saved is { readonly [key: string]: Saved } {
  return typeof saved === 'object' && saved !== null && !Array.isArray(saved) && !(saved instanceof Uint8Array);
}

/** For checks that `SavedFields` cannot know of. `what` is a clause: who must be what. */
export const damaged = (what: string): InputError => new InputError(`The snapshot is damaged: ${what}.`);
