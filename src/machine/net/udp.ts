/** User Datagram Protocol: RFC 768. */
import { internetChecksum } from './checksum';
import { PROTOCOL_UDP, pseudoHeaderSum, viewOf, type Ipv4Address, type Ipv4Datagram } from './ipv4';

export const UDP_HEADER_BYTES = 8;

export interface UdpDatagram {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly data: Uint8Array;
}

/** Undefined where length or checksum is wrong; a checksum of 0 means that the sender made none. */
export function parseUdp(datagram: Ipv4Datagram): UdpDatagram | undefined {
  const { payload } = datagram;
  if (payload.length < UDP_HEADER_BYTES) return undefined;
  const header = viewOf(payload);
  const length = header.getUint16(4);
  if (length < UDP_HEADER_BYTES || length > payload.length) return undefined;
  const bytes = payload.subarray(0, length);
  const checksum = header.getUint16(6);
  if (checksum !== 0 && internetChecksum(bytes, pseudoHeaderSum({ ...datagram, payload: bytes })) !== 0)
    return undefined;
  return {
    sourcePort: header.getUint16(0),
    destinationPort: header.getUint16(2),
    data: bytes.subarray(UDP_HEADER_BYTES),
  };
}

/** The IPv4 datagram that carries `udp`. */
export function buildUdp(source: Ipv4Address, destination: Ipv4Address, udp: UdpDatagram): Ipv4Datagram {
  const payload = new Uint8Array(UDP_HEADER_BYTES + udp.data.length);
  const header = viewOf(payload);
  header.setUint16(0, udp.sourcePort);
  header.setUint16(2, udp.destinationPort);
  header.setUint16(4, payload.length);
  payload.set(udp.data, UDP_HEADER_BYTES);
  const datagram = { source, destination, protocol: PROTOCOL_UDP, payload };
  // A computed checksum of 0 is sent as all ones ("Fields").
  header.setUint16(6, internetChecksum(payload, pseudoHeaderSum(datagram)) || 0xffff);
  return datagram;
}
