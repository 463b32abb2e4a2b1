/** Operators of expressions ("Using as", "Prefix Operators" and "Infix Operators") and numbers ("Integers"). */
import { assemble } from '../../../../src/machine/isa';

const valueOf = (expression: string): bigint =>
  new DataView(assemble(`.dword ${expression}`).bytes.buffer).getBigInt64(0, true);

test.each([
  ['7 + 2', 9n],
  ['7 - 9', -2n],
  ['7 * -2', -14n],
  ['7 / 2', 3n],
  ['-7 / 2', -3n], // "truncation is the same as the C operator /"
  ['7 % 4', 3n],
  ['6 & 3', 2n],
  ['6 | 3', 7n],
  ['6 ^ 3', 5n],
  ['3 << 4', 48n],
  ['48 >> 4', 3n],
  ['~5', -6n],
  ['-5', -5n],
  ['+5', 5n],
  ['!5', 0n],
  ['!0', 1n],
])('%s', (expression, expected) => expect(valueOf(expression)).toBe(expected));

describe('"The comparison operators [...] A true results has a value of -1 whereas a false result has a value of 0"', () => {
  test.each([
    ['==', [0n, -1n, 0n]],
    ['!=', [-1n, 0n, -1n]],
    ['<', [-1n, 0n, 0n]],
    ['>', [0n, 0n, -1n]],
    ['<=', [-1n, -1n, 0n]],
    ['>=', [0n, -1n, -1n]],
  ])('-1, 2 and 3 %s 2', (operator, expected) => {
    expect(['-1', '2', '3'].map((a) => valueOf(`${a} ${operator} 2`))).toEqual(expected);
  });
});

test('"&& Logical And. || Logical Or. These two logical operations [...] return 1"', () => {
  const pairs = ['0 ? 0', '0 ? 2', '3 ? 0', '3 ? 2'];
  expect(pairs.map((pair) => valueOf(pair.replace('?', '&&')))).toEqual([0n, 0n, 0n, 1n]);
  expect(pairs.map((pair) => valueOf(pair.replace('?', '||')))).toEqual([0n, 1n, 1n, 1n]);
});

test('precedence: * / % << >> bind closest, then | & ^, then + - and comparisons, then &&, then ||', () => {
  expect(valueOf('1 + 2 * 3')).toBe(7n);
  expect(valueOf('1 + 6 & 3')).toBe(3n);
  expect(valueOf('1 | 1 << 2')).toBe(5n);
  expect(valueOf('0 && 0 || 1')).toBe(1n);
  expect(valueOf('(1 + 2) * 3')).toBe(9n);
});

test.each([
  ['0x1F', 31n],
  ['0b101', 5n],
  ['017', 15n],
  ['0', 0n],
  ["'A'", 65n],
  ["'\\n'", 10n],
])('the integer %s', (text, expected) => expect(valueOf(text)).toBe(expected));
