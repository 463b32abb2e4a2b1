/** Internet Control Message Protocol: RFC 792, "Echo or Echo Reply Message" and "Destination Unreachable Message". */
import { internetChecksum } from './checksum';
import { IPV4_HEADER_BYTES, viewOf } from './ipv4';

const ECHO_REPLY = 0;
const DESTINATION_UNREACHABLE = 3;
const PORT_UNREACHABLE = 3; // a code of the former
const ECHO = 8;
const HEADER_BYTES = 8;

/** The reply to an echo request; undefined for every other message. */
export function answerIcmp(message: Uint8Array): Uint8Array | undefined {
  if (message.length < HEADER_BYTES || message[0] !== ECHO || message[1] !== 0) return undefined;
  if (internetChecksum(message) !== 0) return undefined;
  const reply = message.slice();
  reply[0] = ECHO_REPLY;
  return withChecksum(reply);
}

/** Nobody listens at the UDP port that `packet`, a whole IPv4 datagram, was sent to: its header and first 8 bytes of data go back. */
export function portUnreachable(packet: Uint8Array): Uint8Array {
  const original = packet.subarray(0, IPV4_HEADER_BYTES + 8);
  const message = new Uint8Array(HEADER_BYTES + original.length);
  message[0] = DESTINATION_UNREACHABLE;
  message[1] = PORT_UNREACHABLE;
  message.set(original, HEADER_BYTES);
  return withChecksum(message);
}

function withChecksum(message: Uint8Array): Uint8Array {
  viewOf(message).setUint16(2, 0);
  viewOf(message).setUint16(2, internetChecksum(message));
  return message;
}
