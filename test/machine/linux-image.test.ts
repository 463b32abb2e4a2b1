/** Forms of Linux's kernel, told apart by their headers: fields at the offsets that the kernel's documentation gives. */
import { checkApart, createMachine, initrdImage, loadImage, packedImage } from '#machine';

const MIB = 2 ** 20;
const RAM = { base: 0x8000_0000, size: 64 * MIB };

/** The 64 bytes of Documentation/arch/riscv/boot-image-header.rst, and some code. */
function kernel({ textOffset = 0x20_0000n, imageSize = 0x30_0000n, magic = 'RSC\x05', bytes = 0x1000 } = {}): Buffer {
  const image = Buffer.alloc(bytes);
  image.writeUInt32LE(0x0000_006f, 0); // code0: j .
  image.writeBigUInt64LE(textOffset, 8);
  image.writeBigUInt64LE(imageSize, 16);
  image.write('RISCV\0\0\0', 48, 'latin1');
  image.write(magic, 56, 'latin1');
  return image;
}

/** An EFI application with something packed in it: the fields of the kernel's zboot-header.S. */
function zboot(method: string, payload: Uint8Array, claimed = payload.length): Buffer {
  const header = Buffer.alloc(0x80);
  header.write('MZ\0\0zimg', 0, 'latin1');
  header.writeUInt32LE(0x80, 8);
  header.writeUInt32LE(claimed, 12);
  header.write(`${method}\0`, 24, 'latin1');
  return Buffer.concat([header, payload]);
}

test('text_offset says where an Image lies in RAM, and image_size how much it needs', () => {
  const image = loadImage(kernel(), 'Image', { ram: RAM, rawAddress: 0x8100_0000 });
  expect(image.entry).toBe(0x8020_0000n);
  expect(image.segments.map(({ address, memBytes }) => [address, memBytes])).toEqual([[0x8020_0000, 0x30_0000]]);
});

test('"if image_size is zero", the file is as large as the kernel', () => {
  expect(loadImage(kernel({ imageSize: 0n }), 'Image', { ram: RAM }).segments[0].memBytes).toBe(0x1000);
});

test('without the magic number "RSC\\x05" bytes are raw', () => {
  expect(loadImage(kernel({ magic: 'RSC\x06' }), 'x', { ram: RAM, rawAddress: 0x8100_0000 }).entry).toBe(0x8100_0000n);
});

const x86 = Buffer.alloc(0x400);
x86.write('HdrS', 0x202, 'latin1');

test.each([
  [
    'needs more memory than there is',
    kernel({ imageSize: 0x400_0000n }),
    'Image needs 0x80200000-0x841fffff, but RAM is 0x80000000-0x83ffffff (64 MiB).',
  ],
  [
    'gives a senseless size',
    kernel({ imageSize: 2n ** 63n }),
    'Image gives image_size as 0x8000000000000000, which is beyond any memory.',
  ],
  ['is for AArch64', kernel({ magic: 'ARM\x64' }), 'Image is a Linux kernel for AArch64; this machine runs RISC-V.'],
  ['is for a PC', x86, 'Image is a Linux kernel for x86; this machine runs RISC-V.'],
  ['is packed', zboot('gzip', kernel()), 'Image is compressed (gzip); unpack it first.'],
])('a kernel that %s is refused', (_, bytes, sentence) => {
  expect(() => loadImage(bytes, 'Image', { ram: RAM })).toThrow(sentence);
});

describe('packed images', () => {
  test('gzip is known by its first two bytes (RFC 1952), an EFI image by MZ and zimg', () => {
    expect(packedImage(Uint8Array.of(0x1f, 0x8b, 8), 'x')).toEqual({
      method: 'gzip',
      bytes: Uint8Array.of(0x1f, 0x8b, 8),
    });
    expect(packedImage(zboot('zstd', Uint8Array.of(1, 2, 3)), 'x')).toEqual({
      method: 'zstd',
      bytes: Buffer.of(1, 2, 3),
    });
    expect(packedImage(kernel(), 'x')).toBeUndefined();
    expect(packedImage(Buffer.from('MZ\0\0zimg'), 'x')).toBeUndefined();
  });

  test('an EFI image that ends too early is refused', () => {
    expect(() => packedImage(zboot('gzip', Uint8Array.of(1, 2), 3), 'vmlinuz')).toThrow(
      'vmlinuz is cut short: its kernel ends at byte 131, the file at byte 130.',
    );
  });
});

describe('the first file system', () => {
  const image = loadImage(kernel(), 'Image', { ram: RAM });
  const initrd = (size: number, ram = RAM) => initrdImage(new Uint8Array(size), 'initrd.gz', image, ram);

  test('lies half the RAM behind the kernel, at most 128 MiB', () => {
    expect(initrd(5).segments[0]).toMatchObject({ address: 0x8220_0000, memBytes: 5 });
    expect(initrd(5, { ...RAM, size: 1024 * MIB }).segments[0].address).toBe(0x8820_0000);
  });

  test('is refused where RAM ends before it', () => {
    expect(() => initrd(30 * MIB + 1)).toThrow(
      'initrd.gz needs 0x82200000-0x84000000, but RAM is 0x80000000-0x83ffffff (64 MiB).',
    );
    expect(() => initrd(0)).toThrow('initrd.gz is empty.');
  });

  test('is refused where the kernel lies in its place, or the device tree', () => {
    const large = loadImage(kernel({ imageSize: 0x200_0001n }), 'Image', { ram: RAM });
    expect(() => checkApart(large, initrd(8))).toThrow(
      'initrd.gz needs 0x82200000-0x82200007, where Image already has 0x80200000-0x82200000.',
    );
    const machine = createMachine({ ramBytes: RAM.size });
    expect(() => machine.load({ kernel: image, initrd: initrd(30 * MIB) })).toThrow(
      /^initrd\.gz needs 0x82200000-0x83ffffff, where the device tree already has 0x83e00000-/,
    );
  });
});
