/** Packed images: gzip files, and EFI images with a packed kernel inside. The machine knows the formats, Node unpacks. */
import { gunzipSync } from 'node:zlib';
import { UsageError } from '#course';
import { packedImage } from '#machine';

/** An image larger than this fits no machine of ours; a small file may well claim to unpack to more. */
const LARGEST = 2 ** 30;

/**
 * The bytes that are meant, however often they were packed; at most `largest` of them. Throws UsageError for what cannot be unpacked, ImageError for what is
 * cut short.
 */
export function unpacked(bytes: Uint8Array, file: string, largest = LARGEST): Uint8Array {
  const packed = packedImage(bytes, file);
  if (!packed) return bytes;
  if (packed.method !== 'gzip')
    throw new UsageError(`${file} is packed with ${packed.method}, and only gzip is unpacked here; unpack it first.`);
  return unpacked(gunzip(packed.bytes, file, largest), file, largest);
}

function gunzip(bytes: Uint8Array, file: string, largest: number): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: largest });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE')
      throw new UsageError(`${file} unpacks to more than ${largest / 2 ** 20} MiB; no such image fits this machine.`);
    if (code === 'Z_BUF_ERROR') throw new UsageError(`${file} is cut short: its packed part (gzip) has no end.`);
    throw new UsageError(`${file} cannot be unpacked: its packed part (gzip) is damaged.`);
  }
}
