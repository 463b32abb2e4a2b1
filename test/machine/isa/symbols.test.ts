/** Names for addresses: the nearest symbol at or below, whatever the order and number of symbols. */
import { Symbols } from '../../../src/machine/isa';
import { random32 } from './random';

test('an address has the name of the nearest symbol at or below it', () => {
  const symbols = new Symbols([
    ['end', 0x8000_0100n],
    ['loop', 0x8000_0000n],
  ]);
  expect(symbols.nameOf(0x8000_00ffn)).toBe('loop+0xff');
  expect(symbols.nameOf(0x8000_0100n)).toBe('end');
  expect(symbols.nameOf(0x7fff_ffffn)).toBeUndefined();
});

test('of two names for one address the first counts', () => {
  expect(
    new Symbols([
      ['_text', 16n],
      ['_start', 16n],
    ]).nameOf(17n),
  ).toBe('_text+0x1');
});

test('an address 1 MiB behind the last symbol has no name', () => {
  const symbols = new Symbols([['last', 0n]]);
  expect([symbols.nameOf(0xf_ffffn), symbols.nameOf(0x10_0000n)]).toEqual(['last+0xfffff', undefined]);
});

test('no symbols name nothing', () => {
  expect(new Symbols([]).nameOf(0n)).toBeUndefined();
});

test('the top of the address space has names as well', () => {
  expect(new Symbols([['top', 2n ** 64n - 2n]]).nameOf(2n ** 64n - 1n)).toBe('top+0x1');
});

test('among many symbols the search finds what a look at each of them finds', () => {
  const random = random32(11);
  const all = Array.from({ length: 300 }, (_, i): [string, bigint] => [`s${i}`, BigInt(random() & 0xffff)]);
  const symbols = new Symbols(all);
  for (let address = 0n; address < 0x1_0000n; address += 7n) {
    const below = all.filter(([, at]) => at <= address).map(([, at]) => at);
    const nearest = below.reduce((most, at) => (at > most ? at : most), -1n);
    const [name] = all.find(([, at]) => at === nearest) ?? [];
    const offset = address - nearest;
    expect(symbols.nameOf(address)).toBe(name && (offset ? `${name}+0x${offset.toString(16)}` : name));
  }
});
