/** The entropy device as virtio 1.2, section 5.4 describes it, and its seeded source. */
import { SeededBytes, VirtioEntropy } from '#machine';
import { Bench, NEEDS_RESET } from './driver';

test('a request is filled from the source, up to the quota of a request', () => {
  const bench = new Bench(new VirtioEntropy(new SeededBytes(1n), { maxRequestBytes: 100 })).start();
  const { room } = bench.send(0, [60, 60]);
  const expected = new SeededBytes(1n).next(100);
  expect([bench.used(0), bench.bytes(room[0]), bench.bytes(room[1])]).toEqual([
    [{ id: 0, len: 100 }],
    expected.slice(0, 60),
    Uint8Array.of(...expected.slice(60), ...new Uint8Array(20)),
  ]);
});

test.each<[string, (Uint8Array | number)[]]>([
  ['a readable buffer', [Uint8Array.of(1), 8]],
  ['no room', [0]],
])('a request with %s breaks 5.4.6.1: the device needs a reset', (_, parts) => {
  const bench = new Bench(new VirtioEntropy(new SeededBytes(1n))).start();
  bench.send(0, parts);
  expect([bench.status & NEEDS_RESET, bench.usedIdx(0)]).toEqual([NEEDS_RESET, 0]);
});

describe('seeded bytes', () => {
  test('the same seed gives the same bytes, another seed others', () => {
    const first = (seed: bigint): Uint8Array => new SeededBytes(seed).next(32);
    expect(first(5n)).toEqual(first(5n));
    expect(first(5n)).not.toEqual(first(6n));
  });

  test("xoshiro128** (its authors' C code): the words that the state 1, 2, 3, 4 gives", () => {
    const source = new SeededBytes(0n);
    source.restore({ state: [1, 2, 3, 4] });
    const view = new DataView(source.next(16).buffer);
    expect([0, 4, 8, 12].map((at) => view.getUint32(at, true))).toEqual([11520, 0, 5927040, 70819200]);
  });

  test('every bit is set about half of the time', () => {
    const bytes = new SeededBytes(0n).next(80_000);
    for (let bit = 0; bit < 8; bit++) {
      const set = bytes.reduce((sum, byte) => sum + ((byte >> bit) & 1), 0);
      expect(Math.abs(set - 40_000)).toBeLessThan(1000); // seven standard deviations
    }
  });
});
