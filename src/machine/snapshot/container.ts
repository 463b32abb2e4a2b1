/**
 * The file around a snapshot: 8 bytes that name the format, its version, the length of the contents and their CRC-32 (u32 each,
 * little-endian), then the contents.
 */
import { InputError } from '../input-error';
import { crc32 } from './crc32';

/** Like PNG's: a transfer as text, or a display of it, ends or changes it. */
const MAGIC = [0x57, 0x53, 0x53, 0x4e, 0x41, 0x50, 0x1a, 0x0a]; // WSSNAP, control-Z, line feed

/** Grows with each change that older readers cannot follow. */
const VERSION = 1;

const HEADER_BYTES = 20;

export function pack(contents: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + contents.length);
  bytes.set(MAGIC);
  const header = new DataView(bytes.buffer);
  header.setUint32(8, VERSION, true);
  header.setUint32(12, contents.length, true);
  header.setUint32(16, crc32(contents), true);
  bytes.set(contents, HEADER_BYTES);
  return bytes;
}

/** The contents, as a view. Throws InputError for anything but an undamaged snapshot of a version that we know. */
export function unpack(bytes: Uint8Array): Uint8Array {
  const known = Math.min(bytes.length, MAGIC.length);
  if (known === 0 || !MAGIC.slice(0, known).every((byte, i) => bytes[i] === byte)) {
    throw new InputError('This is not a snapshot of a machine.');
  }
  if (bytes.length < HEADER_BYTES) throw truncated(bytes.length, HEADER_BYTES);
  const header = new DataView(bytes.buffer, bytes.byteOffset);
  const version = header.getUint32(8, true);
  if (version !== VERSION) {
    throw new InputError(`The snapshot has format version ${version}, and this program reads version ${VERSION} only.`);
  }
  const contents = bytes.subarray(HEADER_BYTES);
  const length = header.getUint32(12, true);
  if (contents.length !== length) throw truncated(bytes.length, HEADER_BYTES + length);
  if (crc32(contents) !== header.getUint32(16, true)) {
    throw new InputError('The snapshot is damaged: its checksum is wrong.');
  }
  return contents;
}

const truncated = (length: number, expected: number): InputError =>
  new InputError(`The snapshot is damaged: it has ${length} bytes where it should have ${expected}.`);
