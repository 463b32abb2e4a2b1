/** Names for addresses: the nearest symbol at or below one, found by binary search. */

/** Farther than this behind a symbol an address belongs to something else: no function is 1 MiB long. */
const FARTHEST = 2n ** 20n;

export class Symbols {
  readonly #addresses: BigUint64Array;
  readonly #names: readonly string[];

  /** Names with their addresses (unsigned 64-bit), in any order. Of several names for one address the first counts. */
  constructor(symbols: Iterable<readonly [name: string, address: bigint]>) {
    const sorted = [...symbols].sort(([, a], [, b]) => (a < b ? -1 : a > b ? 1 : 0));
    const first = sorted.filter(([, address], i) => i === 0 || sorted[i - 1][1] !== address);
    this.#addresses = BigUint64Array.from(first, ([, address]) => address);
    this.#names = first.map(([name]) => name);
  }

  get size(): number {
    return this.#names.length;
  }

  /** The nearest symbol at or below `address`, and how far below; undefined if none is near. */
  nearest(address: bigint): { readonly name: string; readonly offset: bigint } | undefined {
    const index = this.#above(address) - 1;
    if (index < 0) return undefined;
    const offset = address - this.#addresses[index];
    return offset < FARTHEST ? { name: this.#names[index], offset } : undefined;
  }

  /** `loop` or `loop+0x8`; undefined if no symbol is near. */
  nameOf(address: bigint): string | undefined {
    const symbol = this.nearest(address);
    return symbol && (symbol.offset === 0n ? symbol.name : `${symbol.name}+0x${symbol.offset.toString(16)}`);
  }

  /** The index of the first symbol above `address`; `size` if there is none. */
  #above(address: bigint): number {
    let [low, high] = [0, this.size];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#addresses[middle] <= address) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
