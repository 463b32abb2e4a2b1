/** Bit fields and sign extension at their edges. */
import { extract, insert, mask, merge, signed, signedOf, signExtend, unsigned } from '../../src/machine/bits';

const ONES = 0xffff_ffff_ffff_ffffn;

test('signed and unsigned are two readings of the same 64 bits', () => {
  for (const value of [0n, 1n, 1n << 63n, ONES]) expect(unsigned(signed(value))).toBe(value);
  expect([signed(ONES), signed(1n << 63n), unsigned(-1n), unsigned(1n << 64n)]).toEqual([-1n, -(1n << 63n), ONES, 0n]);
});

test('sign extension copies the top bit of a width', () => {
  expect([signExtend(0x80n, 8), signExtend(0x17fn, 8), signExtend(1n << 63n, 64)]).toEqual([
    ONES - 0x7fn,
    0x7fn,
    1n << 63n,
  ]);
  expect([signedOf(0x8000_0000n, 32), signedOf(0x7fff_ffffn, 32)]).toEqual([-0x8000_0000n, 0x7fff_ffffn]);
});

test('fields are named by their highest and lowest bit', () => {
  expect([mask(3), mask(12, 11), mask(63, 0)]).toEqual([8n, 0x1800n, ONES]);
  expect([extract(0xabcdn, 15, 12), extract(0xabcdn, 2)]).toEqual([0xan, 1n]);
  expect(insert(ONES, 12, 11, 0b01n)).toBe(ONES - 0x1000n);
  expect(insert(0n, 12, 11, 0b111n)).toBe(0x1800n); // what does not fit is dropped
  expect(merge(0b1100n, 0b1010n, 0b0110n)).toBe(0b1010n);
});
