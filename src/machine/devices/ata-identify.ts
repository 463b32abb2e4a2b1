/** What an ATA disk says of itself: ATA/ATAPI-6 (T13/1410D), clause 8, IDENTIFY DEVICE. */

/** Sectors that a 28-bit address reaches ("IDENTIFY DEVICE", words 60-61). */
export const MOST_SECTORS = 0x0fff_ffff;

const SECTORS_PER_TRACK = 63;
const HEADS = 16;
const MOST_CYLINDERS = 16_383;

/** Word 80: ATA/ATAPI-4, -5 and -6. */
const VERSIONS = 0x0070;
/** Words that are valid have bit 14 set and bit 15 clear. */
const VALID = 0x4000;
const POWER_MANAGEMENT = 0x0008;
const WRITE_CACHE = 0x0020;
const FLUSH_CACHE = 0x1000;
/** Word 255, bits 7:0. */
const SIGNATURE = 0xa5;

/** The 512 bytes of the answer; words are little-endian. */
export function identifyDevice(sectors: number, writeCache: boolean): Uint8Array {
  const bytes = new Uint8Array(512);
  const words = new DataView(bytes.buffer);
  const set = (word: number, value: number): void => words.setUint16(2 * word, value, true);
  set(0, 0x0040); // an ATA device, not removable
  set(1, Math.min(MOST_CYLINDERS, Math.floor(sectors / (HEADS * SECTORS_PER_TRACK))));
  set(3, HEADS);
  set(6, SECTORS_PER_TRACK);
  putText(bytes, 10, 20, '1'); // serial number
  putText(bytes, 23, 8, '1'); // firmware revision
  putText(bytes, 27, 40, 'Worldswitch ATA disk');
  set(47, 0x8000); // READ MULTIPLE and WRITE MULTIPLE are not there
  set(49, 0x0a00); // LBA, and IORDY may be used; no DMA
  set(50, VALID);
  set(53, 0x0002); // words 64-70 are valid
  set(60, sectors & 0xffff);
  set(61, sectors >>> 16);
  set(64, 0x0003); // PIO modes 3 and 4
  set(67, 120); // nanoseconds of a PIO cycle, without and with IORDY
  set(68, 120);
  set(80, VERSIONS);
  set(82, WRITE_CACHE | POWER_MANAGEMENT);
  set(83, VALID | FLUSH_CACHE);
  set(84, VALID);
  set(85, (writeCache ? WRITE_CACHE : 0) | POWER_MANAGEMENT);
  set(86, FLUSH_CACHE);
  set(87, VALID);
  bytes[510] = SIGNATURE;
  bytes[511] = -bytes.reduce((sum, byte) => sum + byte, 0); // all bytes add up to 0
  return bytes;
}

/** Text of `length` bytes, padded with spaces; the first character of a word is in its high byte. */
function putText(bytes: Uint8Array, word: number, length: number, text: string): void {
  const padded = text.padEnd(length);
  for (let i = 0; i < length; i++) bytes[2 * word + (i ^ 1)] = padded.charCodeAt(i);
}
