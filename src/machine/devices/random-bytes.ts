/** Random bytes that a seed repeats: xoshiro128** (Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", 2021). */
import { damaged, SavedFields, type Savable, type Saved } from '../saved';

/** Where an entropy device gets its bytes from. */
export interface RandomBytes extends Savable {
  /** The next `count` bytes. */
  next(count: number): Uint8Array;
}

/** Good for simulation and useless as a secret: whoever knows the seed knows every byte. */
export class SeededBytes implements RandomBytes {
  readonly #state: Uint32Array;

  /** `seed`: any integer; its low 64 bits count. */
  constructor(seed: bigint) {
    this.#state = expand(seed);
  }

  /** Bytes come from 32-bit words, lowest first; what a call leaves of its last word is lost. */
  next(count: number): Uint8Array {
    const bytes = new Uint8Array(count);
    for (let at = 0; at < count; at += 4) {
      const word = this.#word();
      for (let i = 0; i < 4 && at + i < count; i++) bytes[at + i] = word >>> (8 * i);
    }
    return bytes;
  }

  save(): Saved {
    return { state: [...this.#state] };
  }

  restore(saved: Saved): void {
    const state = new SavedFields(saved, 'random bytes').integers('state', 4, 0xffff_ffff);
    if (state.every((word) => word === 0)) throw damaged('the state of random bytes must not be all 0');
    this.#state.set(state);
  }

  #word(): number {
    const s = this.#state;
    const result = Math.imul(rotateLeft(Math.imul(s[1], 5), 7), 9) >>> 0;
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotateLeft(s[3], 11);
    return result;
  }
}

const rotateLeft = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

/** Two steps of SplitMix64 (Steele, Lea and Flood, 2014), which the authors of xoshiro advise for seeds. Never all zeros. */
function expand(seed: bigint): Uint32Array {
  const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);
  const mixed = [1n, 2n].map((step) => {
    let z = u64(seed + step * 0x9e37_79b9_7f4a_7c15n);
    z = u64((z ^ (z >> 30n)) * 0xbf58_476d_1ce4_e5b9n);
    z = u64((z ^ (z >> 27n)) * 0x94d0_49bb_1331_11ebn);
    return z ^ (z >> 31n);
  });
  return Uint32Array.from(mixed.flatMap((word) => [Number(word & 0xffff_ffffn), Number(word >> 32n)]));
}
