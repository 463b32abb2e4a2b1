/** The Internet checksum: RFC 1071, section 1. */

/**
 * The ones' complement of the ones' complement sum of 16-bit words, 0 .. 0xffff; an odd last byte is padded with zero. `sum` is what
 * words before these add up to. Over data that contain their own checksum the result is 0.
 */
export function internetChecksum(bytes: Uint8Array, sum = 0): number {
  for (let i = 0; i + 1 < bytes.length; i += 2) sum += (bytes[i] << 8) | bytes[i + 1];
  if (bytes.length % 2 === 1) sum += bytes[bytes.length - 1] << 8;
  while (sum > 0xffff) sum = (sum % 0x1_0000) + Math.floor(sum / 0x1_0000);
  return ~sum & 0xffff;
}
