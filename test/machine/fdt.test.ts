/** Device tree blobs: the format by the Devicetree Specification 0.4, and what a damaged one is answered. */
import fc from 'fast-check';
import { cells, empty, FdtError, node, readFdt, text, writeFdt } from '../../src/machine/fdt';

const TREE = node('', { compatible: text('a', 'bc') }, [
  node('cpus', { '#size-cells': cells(0), wide: cells(0x1_2345_6789n, 7) }, [node('cpu@0', { reg: cells(0) })]),
  node('soc', { ranges: empty, compatible: text('simple-bus') }),
]);

test('a header of version 17 says where everything is', () => {
  const blob = writeFdt(TREE, 3);
  const field = (index: number): number => new DataView(blob.buffer).getUint32(4 * index);
  const [structure, strings, reservations] = [field(2), field(3), field(4)];
  expect([field(0), field(1), field(5), field(6), field(7)]).toEqual([0xd00dfeed, blob.length, 17, 16, 3]);
  expect([reservations % 8, structure % 4]).toEqual([0, 0]);
  expect([...blob.subarray(reservations, reservations + 16)]).toEqual(Array(16).fill(0));
  expect([structure + field(9), strings + field(8)]).toEqual([strings, blob.length]);
});

test('a small tree, byte by byte', () => {
  const words = [...new Uint32Array(writeFdt(node('', { ab: cells(5) })).slice(56, 84).buffer)].map((word) =>
    Buffer.from(Uint32Array.of(word).buffer).readUInt32BE(),
  );
  //                     BEGIN_NODE  ""  PROP  length  name  value  END_NODE
  expect(words).toEqual([1, 0, 3, 4, 0, 5, 2]);
});

test('what was written can be read', () => {
  const plain = (tree: ReturnType<typeof readFdt>): unknown => ({
    name: tree.name,
    properties: Object.entries(tree.properties).map(([name, value]) => [name, [...value]]),
    children: tree.children.map(plain),
  });
  expect(plain(readFdt(writeFdt(TREE)))).toEqual(plain(TREE));
});

test('cells are big-endian, bigints are two of them, strings end with zero', () => {
  expect([...cells(1, 0xffff_ffff, 0x8000_0000_0000_0001n)]).toEqual([
    0, 0, 0, 1, 255, 255, 255, 255, 0x80, 0, 0, 0, 0, 0, 0, 1,
  ]);
  expect([...text('a', 'b')]).toEqual([0x61, 0, 0x62, 0]);
});

test('a property may be called __proto__', () => {
  const blob = writeFdt(node('', { xxproto__: cells(1) }));
  blob.set(new TextEncoder().encode('__proto__'), blob.length - 10);
  expect(Object.keys(readFdt(blob).properties)).toEqual(['__proto__']);
});

function refusal(blob: Uint8Array): string | undefined {
  try {
    readFdt(blob);
    return undefined;
  } catch (error) {
    if (!(error instanceof FdtError)) throw error;
    return error.message;
  }
}

/** TREE's blob with word `index` of the header replaced. */
function header(index: number, value: number): Uint8Array {
  const blob = writeFdt(TREE);
  new DataView(blob.buffer).setUint32(4 * index, value);
  return blob;
}

test.each([
  ['bad magic', header(0, 0xfeed_d00d), 'A device tree begins with 0xd00dfeed, not 0xfeedd00d.'],
  ['totalsize beyond the file', header(1, 9999), /^The device tree says that it has 9999 bytes, but there are \d+\.$/],
  [
    'off_dt_struct that would wrap',
    header(2, 0xffff_fff8),
    /^The device tree's structure block ends at byte \d+ of \d+\.$/,
  ],
  ['off_dt_strings beyond the file', header(3, 0xffff), /^The device tree's strings block ends/],
  ['an old version', header(5, 3), 'The device tree has version 3, not 17.'],
  ['a later, incompatible version', header(6, 18), /version/],
  ['no structure', header(9, 0), 'The device tree ends in the middle of a node.'],
  [
    'a structure without its end',
    header(9, 40),
    /^(A property of \d+ bytes runs out of the device tree|The device tree ends in the middle of a node)\.$/,
  ],
])('%s', (_, blob, sentence) => {
  expect(refusal(blob)).toEqual(typeof sentence === 'string' ? sentence : expect.stringMatching(sentence));
});

test('nesting of 100,000 nodes is refused, not followed', () => {
  const depth = 100_000;
  const structure = new Uint8Array(8 * depth);
  for (let i = 0; i < depth; i++) structure.set(cells(1, 0), 8 * i);
  const blob = new Uint8Array(56 + structure.length);
  blob.set(cells(0xd00dfeed, blob.length, 56, blob.length, 40, 17, 16, 0, 0, structure.length));
  blob.set(structure, 56);
  expect(refusal(blob)).toBe('The device tree nests deeper than 64 nodes.');
});

test('truncated or damaged anywhere, a blob gives a sentence or a tree', () => {
  const blob = writeFdt(TREE);
  for (let length = 0; length < blob.length; length++) expect(refusal(blob.subarray(0, length))).toMatch(/\.$/);
  const damage = fc.array(fc.tuple(fc.nat(blob.length - 1), fc.integer({ min: 0, max: 255 })), {
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(damage, (changes) => {
      const copy = blob.slice();
      for (const [at, value] of changes) copy[at] = value;
      refusal(copy);
    }),
    { numRuns: 3000, seed: 59 },
  );
});
