/** Address Resolution Protocol, the answering half: RFC 826, "Packet Reception". */
import { macAt, putMac, type MacAddress } from './ethernet';
import { viewOf, type Ipv4Address } from './ipv4';

/** Hardware type Ethernet, protocol type IPv4, and the lengths of their addresses. */
const ETHERNET_AND_IPV4 = [0x00, 0x01, 0x08, 0x00, 6, 4];
const REQUEST = 1;
const REPLY = 2;
const PACKET_BYTES = 28;

/** The reply to a request for `own.ip`, and whom it goes to; undefined for every other packet. */
export function answerArp(
  packet: Uint8Array,
  own: { readonly mac: MacAddress; readonly ip: Ipv4Address },
): { readonly to: MacAddress; readonly reply: Uint8Array } | undefined {
  if (packet.length < PACKET_BYTES || ETHERNET_AND_IPV4.some((byte, i) => packet[i] !== byte)) return undefined;
  const request = viewOf(packet);
  if (request.getUint16(6) !== REQUEST || request.getUint32(24) !== own.ip) return undefined;
  const to = macAt(packet, 8);
  const reply = packet.slice(0, PACKET_BYTES);
  viewOf(reply).setUint16(6, REPLY);
  putMac(reply, 8, own.mac);
  viewOf(reply).setUint32(14, own.ip);
  reply.set(packet.subarray(8, 18), 18); // who asked is the target now
  return { to, reply };
}
