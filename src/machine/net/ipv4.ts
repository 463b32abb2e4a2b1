/** Internet Protocol, version 4: RFC 791, section 3.1, without options and fragments. */
import { internetChecksum } from './checksum';

/** A 32-bit address as an unsigned number: 10.0.2.2 is 0x0a000202. */
export type Ipv4Address = number;

export const BROADCAST_IP: Ipv4Address = 0xffff_ffff;

/** Protocol numbers (RFC 790; IANA). */
export const PROTOCOL_ICMP = 1;
export const PROTOCOL_TCP = 6;
export const PROTOCOL_UDP = 17;

export const IPV4_HEADER_BYTES = 20;
const VERSION_AND_IHL = 0x45;
const DONT_FRAGMENT = 0x4000;
const FRAGMENT = 0x3fff; // MF and the fragment offset
const TIME_TO_LIVE = 64; // RFC 1700, "IP time to live parameter"

export interface Ipv4Datagram {
  readonly source: Ipv4Address;
  readonly destination: Ipv4Address;
  readonly protocol: number;
  readonly payload: Uint8Array;
}

/** Undefined for anything that is not one whole, intact datagram without options. Bytes behind its length are padding. */
export function parseIpv4(bytes: Uint8Array): Ipv4Datagram | undefined {
  if (bytes.length < IPV4_HEADER_BYTES || bytes[0] !== VERSION_AND_IHL) return undefined;
  const header = viewOf(bytes);
  const length = header.getUint16(2);
  if (length < IPV4_HEADER_BYTES || length > bytes.length) return undefined;
  if (header.getUint16(6) & FRAGMENT) return undefined;
  if (internetChecksum(bytes.subarray(0, IPV4_HEADER_BYTES)) !== 0) return undefined;
  return {
    source: header.getUint32(12),
    destination: header.getUint32(16),
    protocol: bytes[9],
    payload: bytes.subarray(IPV4_HEADER_BYTES, length),
  };
}

/** The datagram is never fragmented, so its identification may be anything (RFC 6864, section 4.1). */
export function buildIpv4({ source, destination, protocol, payload }: Ipv4Datagram): Uint8Array {
  const bytes = new Uint8Array(IPV4_HEADER_BYTES + payload.length);
  const header = viewOf(bytes);
  bytes[0] = VERSION_AND_IHL;
  header.setUint16(2, bytes.length);
  header.setUint16(6, DONT_FRAGMENT);
  bytes[8] = TIME_TO_LIVE;
  bytes[9] = protocol;
  header.setUint32(12, source);
  header.setUint32(16, destination);
  header.setUint16(10, internetChecksum(bytes.subarray(0, IPV4_HEADER_BYTES)));
  bytes.set(payload, IPV4_HEADER_BYTES);
  return bytes;
}

/** What the pseudo header of UDP (RFC 768) and TCP (RFC 9293, section 3.1) adds to the checksum of a payload. */
export function pseudoHeaderSum({ source, destination, protocol, payload }: Ipv4Datagram): number {
  const words = [source >>> 16, source & 0xffff, destination >>> 16, destination & 0xffff, protocol, payload.length];
  return words.reduce((sum, word) => sum + word);
}

/** The bytes for reading and writing in network byte order, which is DataView's own. */
export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
