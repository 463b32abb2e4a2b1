/** Exact arithmetic rounded once, against the host's, which rounds to nearest; and each rounding mode against its definition (IEEE 754-2019, 4.3). */
import { Flag, Rounding } from '../../../src/machine/float/format';
import { operate } from '../../../src/machine/float/operation';
import type { FloatOperation } from '../../../src/machine/isa';
import { Chance } from '../engine/lockstep/chance';

const view = new DataView(new ArrayBuffer(8));
const number = (bits: bigint): number => (view.setBigUint64(0, bits), view.getFloat64(0));
const bitsOf = (value: number): bigint => (view.setFloat64(0, value), view.getBigUint64(0));
const singleBits = (value: number): bigint => (view.setFloat32(0, value), BigInt(view.getUint32(0)));
const CANONICAL = { s: 0x7fc0_0000n, d: 0x7ff8_0000_0000_0000n };

const HOST = {
  add: (a: number, b: number) => a + b,
  sub: (a: number, b: number) => a - b,
  mul: (a: number, b: number) => a * b,
  div: (a: number, b: number) => a / b,
  sqrt: (a: number) => Math.sqrt(a),
} as const;

const chance = new Chance(7);
const pairs = Array.from({ length: 20_000 }, () => [chance.float(), chance.float()]);

test.each(Object.keys(HOST) as (keyof typeof HOST)[])('f%s.d, to nearest, on random and special operands', (op) => {
  const apply = operate({ op, format: 'd' });
  const wrong = pairs.filter(([a, b]) => {
    const expected = HOST[op](number(a), number(b));
    return apply(a, b, 0n, Rounding.RNE).bits !== (Number.isNaN(expected) ? CANONICAL.d : bitsOf(expected));
  });
  expect(wrong).toEqual([]);
});

test('fcvt.s.d, to nearest', () => {
  const apply = operate({ op: 'convert', format: 's', from: 'd' });
  const wrong = pairs.filter(([a]) => {
    const expected = number(a);
    return apply(a, 0n, 0n, Rounding.RNE).bits !== (Number.isNaN(expected) ? CANONICAL.s : singleBits(expected));
  });
  expect(wrong).toEqual([]);
});

/** A number as a bigint that compares as it does, zeros apart. */
const rank = (bits: bigint): bigint => (bits >> 63n ? -(bits & ~(1n << 63n)) : bits);
const isNaN64 = (bits: bigint): boolean => (bits & ~(1n << 63n)) > 0x7ff0_0000_0000_0000n;

test('down and up enclose the exact result as neighbours, towards zero is the smaller of them, and to nearest one of them', () => {
  const operations: FloatOperation[] = (['add', 'mul', 'div'] as const).map((op) => ({ op, format: 'd' }));
  for (const operation of operations) {
    const apply = operate(operation);
    for (const [a, b] of pairs.slice(0, 5000)) {
      const of = (mode: Rounding) => apply(a, b, 0n, mode);
      const [down, up, zero] = [of(Rounding.RDN), of(Rounding.RUP), of(Rounding.RTZ)];
      if (isNaN64(down.bits)) continue;
      const inexact = (down.flags & Flag.NX) !== 0;
      expect(rank(up.bits) - rank(down.bits)).toBe(inexact ? 1n : 0n);
      expect([down.bits, up.bits]).toContain(zero.bits);
      if (inexact) {
        const [smaller, larger] = rank(up.bits) > 0n ? [down, up] : [up, down];
        expect(rank(zero.bits)).toBe(rank(smaller.bits));
        for (const mode of [Rounding.RNE, Rounding.RMM]) expect([smaller.bits, larger.bits]).toContain(of(mode).bits);
      }
    }
  }
});

// Unprivileged, "F", "Domains of float-to-integer conversions and behavior for invalid inputs".
test.each([
  ['w', -(2n ** 31n), 2n ** 31n - 1n],
  ['wu', 0n, -1n], // 2^32 - 1, sign-extended
  ['l', -(2n ** 63n), 2n ** 63n - 1n],
  ['lu', 0n, -1n], // 2^64 - 1
] as const)('fcvt.%s.d of what is out of range, infinite or a NaN', (integer, least, greatest) => {
  const apply = operate({ op: 'toInteger', format: 'd', integer });
  const of = (value: number) => apply(bitsOf(value), 0n, 0n, Rounding.RTZ);
  for (const value of [-1e30, -Infinity]) expect(of(value)).toEqual({ bits: least, flags: Flag.NV });
  for (const value of [1e30, Infinity, NaN]) {
    const { bits, flags } = of(value);
    expect([BigInt.asIntN(64, bits), flags]).toEqual([greatest, Flag.NV]);
  }
  expect(of(-0.9)).toEqual({ bits: 0n, flags: Flag.NX });
});
