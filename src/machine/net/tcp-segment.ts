/** Segments of the Transmission Control Protocol: RFC 9293, section 3.1 (header) and 3.7.1 (maximum segment size). */
import { internetChecksum } from './checksum';
import { PROTOCOL_TCP, pseudoHeaderSum, viewOf, type Ipv4Address, type Ipv4Datagram } from './ipv4';

export const Flag = { FIN: 0x01, SYN: 0x02, RST: 0x04, PSH: 0x08, ACK: 0x10 } as const;

const HEADER_BYTES = 20;
/** Options (section 3.2): kind; all but the first two have a length. */
const END_OF_LIST = 0;
const NO_OPERATION = 1;
const MAXIMUM_SEGMENT_SIZE = 2;
const MSS_OPTION_BYTES = 4;

export interface TcpSegment {
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Sequence numbers are unsigned 32-bit numbers. */
  readonly sequence: number;
  readonly acknowledgment: number;
  /** Bits of `Flag`. ECE and CWR (RFC 3168) are left out: nobody here speaks of congestion. */
  readonly flags: number;
  readonly window: number;
  /** The option of a SYN. */
  readonly maximumSegmentSize?: number;
  readonly data: Uint8Array;
}

/** Undefined where length, checksum or options are wrong. */
export function parseTcp(datagram: Ipv4Datagram): TcpSegment | undefined {
  const { payload } = datagram;
  if (payload.length < HEADER_BYTES || internetChecksum(payload, pseudoHeaderSum(datagram)) !== 0) return undefined;
  const header = viewOf(payload);
  const dataOffset = 4 * (payload[12] >> 4);
  if (dataOffset < HEADER_BYTES || dataOffset > payload.length) return undefined;
  const options = parseOptions(payload.subarray(HEADER_BYTES, dataOffset));
  return (
    options && {
      sourcePort: header.getUint16(0),
      destinationPort: header.getUint16(2),
      sequence: header.getUint32(4),
      acknowledgment: header.getUint32(8),
      flags: payload[13] & 0x3f,
      window: header.getUint16(14),
      ...options,
      data: payload.subarray(dataOffset),
    }
  );
}

/** The IPv4 datagram that carries `segment`. */
export function buildTcp(source: Ipv4Address, destination: Ipv4Address, segment: TcpSegment): Ipv4Datagram {
  const { maximumSegmentSize: mss, data } = segment;
  const dataOffset = HEADER_BYTES + (mss === undefined ? 0 : MSS_OPTION_BYTES);
  const payload = new Uint8Array(dataOffset + data.length);
  const header = viewOf(payload);
  header.setUint16(0, segment.sourcePort);
  header.setUint16(2, segment.destinationPort);
  header.setUint32(4, segment.sequence);
  header.setUint32(8, segment.acknowledgment);
  payload[12] = (dataOffset / 4) << 4;
  payload[13] = segment.flags;
  header.setUint16(14, segment.window);
  if (mss !== undefined) payload.set([MAXIMUM_SEGMENT_SIZE, MSS_OPTION_BYTES, mss >> 8, mss & 0xff], HEADER_BYTES);
  payload.set(data, dataOffset);
  const datagram = { source, destination, protocol: PROTOCOL_TCP, payload };
  header.setUint16(16, internetChecksum(payload, pseudoHeaderSum(datagram)));
  return datagram;
}

/** Sequence numbers that the segment takes up ("SEG.LEN"): SYN and FIN count as one each. */
export function segmentLength({ flags, data }: TcpSegment): number {
  return data.length + (flags & Flag.SYN ? 1 : 0) + (flags & Flag.FIN ? 1 : 0);
}

/** Undefined where an option has no possible length; those that we do not know are skipped (MUST-6). */
function parseOptions(bytes: Uint8Array): { maximumSegmentSize?: number } | undefined {
  let maximumSegmentSize: number | undefined;
  for (let at = 0; at < bytes.length && bytes[at] !== END_OF_LIST;) {
    if (bytes[at] === NO_OPERATION) {
      at++;
      continue;
    }
    const length = bytes[at + 1];
    if (!(length >= 2 && at + length <= bytes.length)) return undefined; // not a number where the length is missing
    if (bytes[at] === MAXIMUM_SEGMENT_SIZE && length === MSS_OPTION_BYTES) {
      maximumSegmentSize = (bytes[at + 2] << 8) | bytes[at + 3];
    }
    at += length;
  }
  return { maximumSegmentSize };
}
