/** CRC-32 as Ethernet, gzip and PNG have it (ISO 3309; RFC 1952, section 8): finds damage, not forgery. */

const POLYNOMIAL = 0xedb8_8320; // reflected

const ONE_BYTE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  return crc;
});

/** Row k is the effect of a byte that k more bytes follow: four bytes are then one step ("slicing by 4"). */
const TABLE = [ONE_BYTE];
for (let k = 1; k < 4; k++) TABLE.push(TABLE[k - 1].map((crc) => (crc >>> 8) ^ ONE_BYTE[crc & 0xff]));

/** Unsigned, 32 bits. */
export function crc32(bytes: Uint8Array): number {
  const [t0, t1, t2, t3] = TABLE;
  const whole = bytes.length - (bytes.length % 4);
  let crc = 0xffff_ffff;
  let at = 0;
  for (; at < whole; at += 4) {
    crc ^= bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    crc = t3[crc & 0xff] ^ t2[(crc >>> 8) & 0xff] ^ t1[(crc >>> 16) & 0xff] ^ t0[crc >>> 24];
  }
  for (; at < bytes.length; at++) crc = ONE_BYTE[(crc ^ bytes[at]) & 0xff] ^ (crc >>> 8);
  return ~crc >>> 0;
}
