/** Images: what is taken, where it lands in RAM, and the sentence for each that is refused. */
import { checkApart, createMachine, loadImage, placeImage } from '#machine';
import { makeElf } from './elf-maker';

const RAM = { base: 0x8000_0000, size: 2 ** 20 };
const CODE = Uint8Array.of(0x13, 0, 0, 0);

test('a raw image goes where it is told and starts with its first byte', () => {
  const image = loadImage(Uint8Array.of(1, 2, 3), 'payload.bin', { rawAddress: 0x8020_0000 });
  expect(image).toEqual({
    name: 'payload.bin',
    entry: 0x8020_0000n,
    segments: [{ address: 0x8020_0000, bytes: Uint8Array.of(1, 2, 3), memBytes: 3 }],
    symbols: new Map(),
  });
});

test('a raw image may fill RAM to the last byte', () => {
  expect(() => loadImage(new Uint8Array(RAM.size), 'full.bin', { ram: RAM })).not.toThrow();
});

test.each([
  ['empty', new Uint8Array(0), 'x is empty.'],
  [
    'larger than RAM',
    new Uint8Array(RAM.size + 1),
    'x needs 0x80000000-0x80100000, but RAM is 0x80000000-0x800fffff (1 MiB).',
  ],
  ['gzip', Uint8Array.of(0x1f, 0x8b, 8, 0), 'x is compressed (gzip); unpack it first.'],
])('a raw image that is %s is refused', (_, bytes, sentence) => {
  expect(() => loadImage(bytes, 'x', { ram: RAM })).toThrow(sentence);
});

test('an ELF file outside RAM is refused', () => {
  const low = makeElf({ entry: 0x1_0000n, parts: [{ address: 0x1_0000n, bytes: CODE }] });
  expect(() => loadImage(low, 'a.out', { ram: RAM })).toThrow(
    'a.out needs 0x10000-0x10003, but RAM is 0x80000000-0x800fffff (1 MiB).',
  );
});

test('placing copies the bytes and clears what the file does not fill', () => {
  const { ram } = createMachine({ ramBytes: RAM.size, engine: 'step' });
  ram.fill(RAM.base, 0x100, 0xee);
  const file = makeElf({ entry: 0x8000_0010n, parts: [{ address: 0x8000_0010n, bytes: CODE, memBytes: 8n }] });
  placeImage(loadImage(file, 'a.elf', { ram }), ram);
  expect([...ram.copyOut(RAM.base + 14, 12)]).toEqual([0xee, 0xee, 0x13, 0, 0, 0, 0, 0, 0, 0, 0xee, 0xee]);
});

test('two images that would overwrite each other are refused, neighbours are not', () => {
  const image = (name: string, rawAddress: number, size: number) =>
    loadImage(new Uint8Array(size), name, { rawAddress });
  const firmware = image('fw.bin', 0x8000_0000, 0x20_0001);
  expect(() => checkApart(firmware, image('u-boot.bin', 0x8020_0000, 16))).toThrow(
    'u-boot.bin needs 0x80200000-0x8020000f, where fw.bin already has 0x80000000-0x80200000.',
  );
  expect(() => checkApart(firmware, image('u-boot.bin', 0x8020_0001, 16))).not.toThrow();
});
