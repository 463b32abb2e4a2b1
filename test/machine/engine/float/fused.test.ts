/** The fused multiply-add in WebAssembly against exact arithmetic rounded once: what it does not refuse is right, and it refuses little. */
import { fusedDouble, fusedSingle } from '../../../../src/machine/engine/float/fused';
import { F32, F64 } from '../../../../src/machine/engine/wasm/opcodes';
import { operate } from '../../../../src/machine/float/operation';
import { Chance } from '../lockstep/chance';
import { running } from '../wasm/run-code';

const view = new DataView(new ArrayBuffer(8));
const FORMATS = {
  d: {
    run: running({ parameters: [F64, F64, F64], result: F64 }, fusedDouble()),
    number: (bits: bigint): number => (view.setBigUint64(0, bits), view.getFloat64(0)),
    bits: (number: number): bigint => (view.setFloat64(0, number), view.getBigUint64(0)),
    stored: 52,
    exponents: 11,
  },
  s: {
    run: running({ parameters: [F32, F32, F32], result: F32 }, fusedSingle()),
    number: (bits: bigint): number => (view.setUint32(0, Number(bits)), view.getFloat32(0)),
    bits: (number: number): bigint => (view.setFloat32(0, number), BigInt(view.getUint32(0))),
    stored: 23,
    exponents: 8,
  },
} as const;

type Format = keyof typeof FORMATS;

/** Exact, by BigInt: flags beyond NX must not be lost. */
const reference = { s: operate(fma('s')), d: operate(fma('d')) };
function fma(format: Format) {
  return { op: 'fma', format, negateProduct: false, negateAddend: false } as const;
}

/** Operands whose result was wrong, with it and the right one. */
const wrong: bigint[][] = [];
afterEach(() => expect(wrong.splice(0)).toEqual([]));

/** Compares one; gives whether it was refused. */
function check(format: Format, [a, b, c]: bigint[]): boolean {
  const { run, number, bits } = FORMATS[format];
  const result = run(number(a), number(b), number(c)) as number;
  if (Number.isNaN(result)) return true;
  const exact = reference[format](a, b, c, 0);
  if (bits(result) !== exact.bits || exact.flags > 1) wrong.push([a, b, c, bits(result), exact.bits]);
  return false;
}

/** Bits whose exponent is `exponent` (unbiased) or any. */
function bitsWith(chance: Chance, format: Format, exponent?: number): bigint {
  const { stored, exponents } = FORMATS[format];
  const biased = exponent === undefined ? chance.below(2 ** exponents) : exponent + 2 ** (exponents - 1) - 1;
  const fraction = BigInt.asUintN(stored, chance.pick([0n, -1n, 1n, chance.value(), chance.value(), chance.value()]));
  return (BigInt(chance.below(2)) << BigInt(stored + exponents)) | (BigInt(biased) << BigInt(stored)) | fraction;
}

describe.each(['s', 'd'] as const)('.%s', (format) => {
  const chance = new Chance(1);
  const near = (range: number): number => chance.below(2 * range) - range;
  const count = 5000;

  test('operands of about the same size, where parts cancel: never refused but for zeros', () => {
    let refused = 0;
    for (let i = 0; i < count; i++) {
      const exponents = [near(20), near(20)];
      const addend = exponents[0] + exponents[1] + near(2 * FORMATS[format].stored);
      const operands = [...exponents, addend].map((exponent) => bitsWith(chance, format, exponent));
      if (check(format, operands)) refused++;
    }
    expect(refused / count).toBeLessThan(0.01);
  });

  test('the addend is just the rounded product, negated, or next to it', () => {
    const { number, bits } = FORMATS[format];
    for (let i = 0; i < count; i++) {
      const [a, b] = [bitsWith(chance, format, near(20)), bitsWith(chance, format, near(20))];
      const product = bits(-(number(a) * number(b)));
      check(format, [a, b, product + BigInt(chance.below(3) - 1)]);
    }
  });

  test('halfway cases, which a second rounding would break', () => {
    const { bits, stored } = FORMATS[format];
    for (let i = 0; i < count; i++) {
      const half = 2 ** -(stored + 1);
      const a = 1 + 2 ** -chance.below(stored);
      const tiny = chance.pick([2 ** -70, -(2 ** -70), 2 ** -100, -(2 ** -100)]);
      for (const operands of [
        [a, 1, half],
        [a, half, 1],
        [tiny, 1, 1 + half],
        [tiny, tiny, a],
        [half, a, a],
      ]) {
        check(format, operands.map(bits));
      }
    }
  });

  test('any operands at all: special ones, subnormal ones, overflow', () => {
    for (let i = 0; i < count; i++)
      check(
        format,
        [0, 0, 0].map(() => bitsWith(chance, format)),
      );
  });

  test('a product of 0 adds exactly, with the sign that IEEE 754 gives', () => {
    const { bits } = FORMATS[format];
    for (const operands of [
      [0, 3, 5],
      [-0, 3, 5],
      [0, 3, 0],
      [-0, 3, -0],
      [0, -3, -0],
      [3, 0, -7],
    ]) {
      expect(check(format, operands.map(bits))).toBe(false);
    }
  });
});
