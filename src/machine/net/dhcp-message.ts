/** Messages of the Dynamic Host Configuration Protocol: RFC 2131, section 2 (format), and RFC 2132 (options). */
import { macAt, putMac, type MacAddress } from './ethernet';
import { viewOf, type Ipv4Address } from './ipv4';

export const DHCP_SERVER_PORT = 67;
export const DHCP_CLIENT_PORT = 68;

/** Message types (RFC 2132, section 9.6). */
export const Dhcp = {
  discover: 1,
  offer: 2,
  request: 3,
  decline: 4,
  ack: 5,
  nak: 6,
  release: 7,
  inform: 8,
} as const;

/** Option codes (RFC 2132). Values of all that we send but the message type are 4 bytes. */
const PAD = 0;
export const Option = {
  subnetMask: 1,
  router: 3,
  requestedAddress: 50,
  leaseSeconds: 51,
  messageType: 53,
  serverIdentifier: 54,
} as const;
const END = 255;

/** Offsets of the fields (RFC 2131, figure 1). */
const XID = 4;
const FLAGS = 10;
const CIADDR = 12;
const YIADDR = 16;
const GIADDR = 24;
const CHADDR = 28;
const COOKIE = 236;
const OPTIONS = 240;

const REQUEST_OF_ETHERNET = [1, 1, 6]; // op BOOTREQUEST, htype, hlen
const REPLY_TO_ETHERNET = [2, 1, 6];
const MAGIC = 0x6382_5363;
const BROADCAST_FLAG = 0x8000;
/** BOOTP's smallest message (RFC 1542, section 2.1). */
const MESSAGE_BYTES = 300;

/** What a client says. Addresses that it does not give are 0 or undefined. */
export interface DhcpRequest {
  readonly type: number;
  readonly xid: number;
  /** The client cannot take unicasts yet. */
  readonly broadcast: boolean;
  readonly clientAddress: Ipv4Address;
  readonly mac: MacAddress;
  readonly requestedAddress?: Ipv4Address;
  readonly serverIdentifier?: Ipv4Address;
}

/** What the server answers. */
export interface DhcpReply {
  readonly type: number;
  readonly yourAddress: Ipv4Address;
  /** Code and 32-bit value, after the message type. */
  readonly options: readonly (readonly [code: number, value: number])[];
}

/** Undefined for anything that is not a whole request of a client on this network: messages through a relay are not for us. */
export function parseDhcp(message: Uint8Array): DhcpRequest | undefined {
  if (message.length < OPTIONS || REQUEST_OF_ETHERNET.some((byte, i) => message[i] !== byte)) return undefined;
  const fields = viewOf(message);
  if (fields.getUint32(COOKIE) !== MAGIC || fields.getUint32(GIADDR) !== 0) return undefined;
  const options = parseOptions(message.subarray(OPTIONS));
  const type = options?.get(Option.messageType);
  if (!options || type?.length !== 1) return undefined;
  return {
    type: type[0],
    xid: fields.getUint32(XID),
    broadcast: (fields.getUint16(FLAGS) & BROADCAST_FLAG) !== 0,
    clientAddress: fields.getUint32(CIADDR),
    mac: macAt(message, CHADDR),
    requestedAddress: addressIn(options.get(Option.requestedAddress)),
    serverIdentifier: addressIn(options.get(Option.serverIdentifier)),
  };
}

export function buildDhcp(request: DhcpRequest, { type, yourAddress, options }: DhcpReply): Uint8Array {
  const message = new Uint8Array(MESSAGE_BYTES);
  const fields = viewOf(message);
  message.set(REPLY_TO_ETHERNET);
  fields.setUint32(XID, request.xid);
  fields.setUint16(FLAGS, request.broadcast ? BROADCAST_FLAG : 0);
  fields.setUint32(CIADDR, type === Dhcp.ack ? request.clientAddress : 0); // table 3
  fields.setUint32(YIADDR, yourAddress);
  putMac(message, CHADDR, request.mac);
  fields.setUint32(COOKIE, MAGIC);
  message.set([Option.messageType, 1, type], OPTIONS);
  let at = OPTIONS + 3;
  for (const [code, value] of options) {
    message.set([code, 4], at);
    fields.setUint32(at + 2, value);
    at += 6;
  }
  message[at] = END;
  return message;
}

/** Undefined where an option leads out of the message. Of an option that comes twice the first counts. */
function parseOptions(bytes: Uint8Array): Map<number, Uint8Array> | undefined {
  const options = new Map<number, Uint8Array>();
  for (let at = 0; at < bytes.length && bytes[at] !== END;) {
    const code = bytes[at++];
    if (code === PAD) continue;
    const end = at + 1 + bytes[at];
    if (!(end <= bytes.length)) return undefined; // not a number where the length is missing
    if (!options.has(code)) options.set(code, bytes.subarray(at + 1, end));
    at = end;
  }
  return options;
}

const addressIn = (value: Uint8Array | undefined): Ipv4Address | undefined =>
  value?.length === 4 ? viewOf(value).getUint32(0) : undefined;
