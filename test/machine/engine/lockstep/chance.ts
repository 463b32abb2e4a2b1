/** Chance for random programs: the same seed gives the same program, on every machine. */
import { random32 } from '../../isa/random';

/** Values at which arithmetic, comparisons and sign extension change their mind. */
const CORNERS = [
  0n,
  1n,
  2n ** 64n - 1n,
  2n ** 63n,
  2n ** 63n - 1n,
  2n ** 31n,
  2n ** 64n - 2n ** 31n,
  2n ** 31n - 1n,
  2n ** 32n - 1n,
];

export class Chance {
  readonly next: () => number;

  constructor(seed: number) {
    this.next = random32(seed);
    for (let i = 0; i < 8; i++) this.next(); // small seeds start alike
  }

  /** 0 .. n - 1. */
  below(n: number): number {
    return this.next() % n;
  }
  /** True once in `n` times. */
  oneIn(n: number): boolean {
    return this.below(n) === 0;
  }
  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)];
  }
  /** An unsigned 64-bit value: a corner, a small one, or any. */
  value(): bigint {
    const kind = this.below(4);
    if (kind < 2) return this.pick(CORNERS);
    if (kind === 2) return BigInt(this.below(256)) << BigInt(this.below(57));
    return (BigInt(this.next()) << 32n) | BigInt(this.next());
  }
}
