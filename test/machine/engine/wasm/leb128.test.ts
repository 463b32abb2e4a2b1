/** LEB128 against the examples of the standards that define it. */
import { writeSigned32, writeSigned64, writeUnsigned } from '../../../../src/machine/engine/wasm/leb128';

const written = <T>(write: (out: number[], value: T) => void, value: T): string => {
  const out: number[] = [];
  write(out, value);
  return Buffer.from(out).toString('hex');
};

describe('unsigned', () => {
  it.each([
    [0, '00'],
    [127, '7f'],
    [128, '8001'],
    [624485, 'e58e26'], // DWARF 5, section 7.6, has 2, 127, 128, 129, 12857; this one is the WebAssembly community's example
    [12857, 'b964'],
    [0xffff_ffff, 'ffffffff0f'],
  ])('%d', (value, bytes) => expect(written(writeUnsigned, value)).toBe(bytes));
});

describe('signed (DWARF 5, table 7.8)', () => {
  it.each([
    [2, '02'],
    [-2, '7e'],
    [127, 'ff00'],
    [-127, '817f'],
    [128, '8001'],
    [-128, '807f'],
    [129, '8101'],
    [-129, 'ff7e'],
  ])('%d', (value, bytes) => {
    expect(written(writeSigned32, value)).toBe(bytes);
    expect(written(writeSigned64, BigInt(value))).toBe(bytes);
  });

  it('takes the low 64 bits', () => {
    expect(written(writeSigned64, 2n ** 64n - 1n)).toBe('7f');
    expect(written(writeSigned64, -(2n ** 63n))).toBe('8080808080808080807f');
  });
});
