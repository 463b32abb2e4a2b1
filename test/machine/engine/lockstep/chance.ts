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
  /** Bits of a floating-point register: a number of one of the formats, mostly an ordinary one, or any bits. */
  float(): bigint {
    const kind = this.below(8);
    if (kind === 0) return this.value();
    const single = kind < 4;
    const [exponents, stored] = single ? [8, 23] : [11, 52];
    const bias = 2 ** (exponents - 1) - 1;
    const exponent = this.pick([
      0,
      1,
      2 * bias,
      2 * bias + 1,
      this.below(2 * bias),
      ...Array<number>(4).fill(bias + this.below(40) - 20),
    ]);
    const fraction = BigInt.asUintN(
      stored,
      this.pick([0n, -1n, 1n, 1n << BigInt(this.below(stored)), this.value(), this.value()]),
    );
    const bits =
      (BigInt(2 * exponent) << BigInt(stored - 1)) | fraction | (BigInt(this.below(2)) << BigInt(stored + exponents));
    return single && !this.oneIn(8) ? bits | (0xffff_ffffn << 32n) : bits;
  }
  /** An unsigned 64-bit value: a corner, a small one, or any. */
  value(): bigint {
    const kind = this.below(4);
    if (kind < 2) return this.pick(CORNERS);
    if (kind === 2) return BigInt(this.below(256)) << BigInt(this.below(57));
    return (BigInt(this.next()) << 32n) | BigInt(this.next());
  }
}
