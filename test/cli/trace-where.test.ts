/** Where in the guest exits come from: every exit is counted once, at its symbol, and what was asked for is all that is shown. */
import { Symbols } from '#machine';
import type { VmExit } from '#vmm';
import { filterOf } from '../../src/cli/trace-filter';
import { styleFor } from '../../src/cli/style';
import { placesOf, whereLines } from '../../src/cli/trace-where';

const symbols = new Map([
  ['start', 0x100n],
  ['putc', 0x200n],
  ['constructor', 0x300n], // a name that plain objects have already
]);
const names = new Symbols(symbols);
const slice: VmExit = { kind: 'budget' };
const fault: VmExit = { kind: 'unmapped', gva: 0n, gpa: 0n, access: 'load' };
const at = (pc: bigint, exit: VmExit, times: number) => Array.from({ length: times }, () => ({ pc, exit }));
const causeOf = (exit: VmExit): string => (exit.kind === 'unmapped' ? exit.access : 'slice');

const exits = [
  ...at(0x104n, slice, 4),
  ...at(0x200n, fault, 6),
  ...at(0x2fcn, slice, 2),
  ...at(0x300n, fault, 1),
  ...at(0n, slice, 3),
];
const lines = whereLines(placesOf(exits, names, causeOf), 100, styleFor(false));

/** A line's name, its count, and where its bar begins and ends, in columns behind the count. */
const parsed = lines.slice(1).map((line) => {
  const [, name, count, before, drawn] = /^ +(\S+|\(no symbol\)) +(\d+) {2}( *)(█+)/.exec(line)!;
  return { name, count: Number(count), from: before.length, to: before.length + drawn.length };
});

test('an exit belongs to the symbol at or below it, the most frequent symbol comes first, its kinds below it', () => {
  expect(parsed.map(({ name, count }) => `${name} ${count}`)).toEqual([
    'putc 8',
    'unmapped 6',
    'budget 2',
    'start 4',
    'budget 4',
    '(no symbol) 3',
    'budget 3',
    'constructor 1',
    'unmapped 1',
  ]);
});

test('bars are as long as their counts say, and the kinds of a symbol stand side by side under it', () => {
  const [putc, unmapped, budget, start] = parsed;
  expect([unmapped.from, unmapped.to, budget.to]).toEqual([0, budget.from, putc.to]);
  expect((start.to - start.from) / (putc.to - putc.from)).toBeCloseTo(4 / 8, 1);
});

test('a terminal of 40 columns is enough', () => {
  for (const line of whereLines(placesOf(exits, names, causeOf), 40, styleFor(false)))
    expect(line.length).toBeLessThanOrEqual(40);
});

test('of many symbols the first twelve are named, and the exits of the others counted', () => {
  const many = new Symbols(Array.from({ length: 20 }, (_, i) => [`f${i}`, BigInt(0x1000 * (i + 1))] as const));
  const once = Array.from({ length: 20 }, (_, i) => ({ pc: BigInt(0x1000 * (i + 1)), exit: slice }));
  expect(whereLines(placesOf(once, many, causeOf), 100, styleFor(false)).at(-1)).toContain(
    '8 more, from 8 other symbols',
  );
});

describe('the filter', () => {
  const choices = { kinds: ['budget', 'unmapped'], names, symbols } as const;
  const count = (flags: Parameters<typeof filterOf>[0]): number => exits.filter(filterOf(flags, choices)).length;

  test.each([
    [{}, 16],
    [{ only: 'unmapped' }, 7],
    [{ from: 'putc' }, 8],
    [{ from: 'start, constructor' }, 5],
    [{ only: 'budget', from: 'putc' }, 2],
  ])('%j', (flags, expected) => expect(count(flags)).toBe(expected));

  test('what there is not is refused, with what there is', () => {
    expect(() => count({ from: 'start,putx' })).toThrow(
      'the guest has no symbol "putx"; choose start, putc, constructor.',
    );
    expect(() => count({ only: 'mmio' })).toThrow('there are no exits of kind "mmio"; choose budget, unmapped.');
  });
});
