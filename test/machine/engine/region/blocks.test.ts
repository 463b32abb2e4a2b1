/** Which instructions a region has, and which of its loops become WebAssembly loops. */
import { blocksFrom, type Block, type PageCode } from '../../../../src/machine/engine/region/blocks';
import { innerLoops } from '../../../../src/machine/engine/region/loops';
import { assemble, decode } from '../../../../src/machine/isa';

/**
 * The blocks reached from the first instruction of a page that begins with `source`. Those at `cold` halfwords are not worth it, and
 * those at `elsewhere` are in another region.
 */
function blocks(source: string, cold: readonly number[] = [], elsewhere: readonly number[] = []): Block[] {
  const { bytes } = assemble(source);
  const words = new DataView(new ArrayBuffer(bytes.length + 4));
  bytes.forEach((byte, i) => words.setUint8(i, byte));
  const instruction = (at: number) => (2 * at < bytes.length ? decode(words.getUint32(2 * at, true)) : undefined);
  const isSystem = (at: number): boolean => instruction(at)?.row.does.kind === 'system';
  const code: PageCode = {
    generated: (at) => (isSystem(at) ? undefined : instruction(at)),
    forTypeScript: (at) => (isSystem(at) ? instruction(at) : undefined),
    isWarm: (at) => !cold.includes(at),
    isElsewhere: (at) => elsewhere.includes(at),
  };
  return blocksFrom(code, [0]);
}

const extents = (found: readonly Block[]): (readonly [number, number])[] =>
  found.map(({ start, end }) => [start / 2, end / 2]);

it('blocks end before the target of a jump and behind a jump', () => {
  const found = blocks(`
      addi a0, a0, 1
there: addi a0, a0, 1
      beqz a0, there
      j    there`);
  expect(extents(found)).toEqual([[0, 1], [1, 3], [3, 4]]); // prettier-ignore
});

it('what is behind a call is returned to, and what is behind a jump is not reached', () => {
  const found = blocks('jal ra, . + 0x10000; ret; addi a0, a0, 1');
  expect(extents(found)).toEqual([[0, 1], [1, 2]]); // prettier-ignore
  expect(found.map(({ isReturn }) => isReturn)).toEqual([false, true]);
});

it('an instruction that TypeScript does is left out; behind it the region goes on', () => {
  const found = blocks('addi a0, a0, 1; wfi; addi a0, a0, 1; ret');
  expect(extents(found)).toEqual([[0, 1], [2, 4]]); // prettier-ignore
  expect(found.map(({ isReturn }) => isReturn)).toEqual([false, true]);
});

it('blocks that hardly ever run are left out', () => {
  const source = 'beqz a0, . + 12; addi a0, a0, 1; ret; addi a0, a0, 2; ret';
  expect(extents(blocks(source))).toEqual([[0, 1], [1, 3], [3, 5]]); // prettier-ignore
  expect(extents(blocks(source, [2]))).toEqual([[0, 1], [3, 5]]); // prettier-ignore
});

it('what another region has is neither reached nor run into', () => {
  const source = 'beqz a0, . + 12; addi a0, a0, 1; addi a0, a0, 2; ret';
  expect(extents(blocks(source, [], [4]))).toEqual([[0, 1], [1, 2], [3, 4]]); // prettier-ignore
  expect(extents(blocks(source, [], [6]))).toEqual([[0, 1], [1, 3]]); // prettier-ignore
});

const loopsIn = (source: string): (readonly [number, number])[] => [...innerLoops(blocks(source))];

it('the inner of two loops is one', () => {
  expect(loopsIn(`
    outer: li   a1, 5
    inner: addi a1, a1, -1
           beqz a2, skip
           addi a0, a0, 1
    skip:  bnez a1, inner
           j    outer`)).toEqual([[1, 3]]); // prettier-ignore
});

it('a loop with a call in it is none: the return would come into its middle', () => {
  expect(loopsIn('loop: jal ra, . + 0x10000; addi a0, a0, 1; j loop')).toEqual([]);
});

it('a loop that is entered in its middle is none', () => {
  expect(loopsIn(`
          beqz a0, inside
    loop: addi a0, a0, 1
  inside: addi a1, a1, 1
          bnez a1, loop
          ret`)).toEqual([]); // prettier-ignore
});
