/** A short number for a large state, to compare runs by: two 32-bit multiplicative hashes side by side. It resists chance, not malice. */

/** Odd multipliers, so that each step is a permutation; FNV's 32-bit prime and one of MurmurHash3's constants. */
const PRIMES = [0x0100_0193, 0xcc9e_2d51] as const;

export class Digest {
  #first = 0x811c_9dc5 | 0;
  #second = 0;

  /** Whole words of 4 bytes. */
  words(words: Int32Array): this {
    let [first, second] = [this.#first, this.#second];
    for (let i = 0; i < words.length; i++) {
      first = Math.imul(first ^ words[i], PRIMES[0]);
      second = Math.imul((second << 13) | (second >>> 19), PRIMES[1]) ^ words[i];
    }
    [this.#first, this.#second] = [first, second];
    return this;
  }

  bytes(bytes: Uint8Array): this {
    const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
    padded.set(bytes);
    return this.words(Int32Array.of(bytes.length)).words(new Int32Array(padded.buffer));
  }

  /** 16 hexadecimal digits. */
  get hex(): string {
    const digits = (half: number): string => (mixed(half) >>> 0).toString(16).padStart(8, '0');
    return digits(this.#first ^ Math.imul(this.#second, PRIMES[0])) + digits(this.#second);
  }
}

/** Lets every bit of the word depend on all others (MurmurHash3's finalizer). */
function mixed(word: number): number {
  let h = word ^ (word >>> 16);
  h = Math.imul(h, 0x85eb_ca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2_ae35);
  return h ^ (h >>> 16);
}
