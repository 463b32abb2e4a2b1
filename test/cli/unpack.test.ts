/** Packed images on the command line: unpacked as gzip(1) does, or refused in one sentence. */
import { execFileSync } from 'node:child_process';
import { UsageError } from '#course';
import { unpacked } from '../../src/cli/unpack';

const gzip = (bytes: Uint8Array, ...options: string[]): Buffer => execFileSync('gzip', options, { input: bytes });
const TEXT = Buffer.from('a kernel, let us say; '.repeat(500));

/** As in Linux's zboot-header.S. */
function zboot(method: string, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(0x40);
  header.write('MZ\0\0zimg', 'latin1');
  header.writeUInt32LE(0x40, 8);
  header.writeUInt32LE(payload.length, 12);
  header.write(method, 24, 'latin1');
  return Buffer.concat([header, payload]);
}

function sentence(bytes: Uint8Array, largest?: number): string {
  try {
    unpacked(bytes, 'Image', largest);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return 'no error';
}

test.each([
  ['as it is', TEXT],
  ['from gzip', gzip(TEXT)],
  ['from gzip at its best', gzip(TEXT, '-9')],
  ['from an EFI image', zboot('gzip', gzip(TEXT))],
  ['from an EFI image that was packed again', gzip(zboot('gzip', gzip(TEXT)))],
])('a kernel %s', (_, bytes) => {
  expect(Buffer.from(unpacked(bytes, 'Image')).equals(TEXT)).toBe(true);
});

test.each([
  [
    'another method',
    zboot('zstd', TEXT),
    'Image is packed with zstd, and only gzip is unpacked here; unpack it first.',
  ],
  ['a download that broke off', gzip(TEXT).subarray(0, -9), 'Image is cut short: its packed part (gzip) has no end.'],
  [
    'bytes that changed',
    Buffer.from(gzip(TEXT)).fill(0xff, 30, 40),
    'Image cannot be unpacked: its packed part (gzip) is damaged.',
  ],
])('%s is refused', (_, bytes, expected) => {
  expect(sentence(bytes)).toBe(expected);
});

test('a small file that unpacks to more than any machine has is refused', () => {
  const zeros = gzip(new Uint8Array(2 ** 20 + 1));
  expect(sentence(zeros, 2 ** 20)).toBe('Image unpacks to more than 1 MiB; no such image fits this machine.');
  expect(sentence(zeros)).toBe('no error');
});
