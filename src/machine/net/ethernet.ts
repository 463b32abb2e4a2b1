/** Ethernet frames without FCS: IEEE 802.3-2018, clause 3.1; type field as in RFC 894. */

/** A 48-bit address as a number: its first byte on the wire is the most significant. */
export type MacAddress = number;

export const BROADCAST_MAC: MacAddress = 0xffff_ffff_ffff;

export const ETHERTYPE_IPV4 = 0x0800;
export const ETHERTYPE_ARP = 0x0806;

/** Destination, source and type. */
export const HEADER_BYTES = 14;
/** The longest payload (clause 3.2.7), and with it the longest frame; one more tag of 4 bytes (IEEE 802.1Q) may be in it. */
export const MTU = 1500;
export const LONGEST_FRAME = HEADER_BYTES + 4 + MTU;

export interface EthernetFrame {
  readonly destination: MacAddress;
  readonly source: MacAddress;
  readonly type: number;
  readonly payload: Uint8Array;
}

/** Undefined where the header is not whole. The payload may end in padding. */
export function parseEthernet(frame: Uint8Array): EthernetFrame | undefined {
  if (frame.length < HEADER_BYTES) return undefined;
  return {
    destination: macAt(frame, 0),
    source: macAt(frame, 6),
    type: (frame[12] << 8) | frame[13],
    payload: frame.subarray(HEADER_BYTES),
  };
}

/** Not padded to 60 bytes: only a wire needs that. */
export function buildEthernet({ destination, source, type, payload }: EthernetFrame): Uint8Array {
  const frame = new Uint8Array(HEADER_BYTES + payload.length);
  putMac(frame, 0, destination);
  putMac(frame, 6, source);
  frame[12] = type >> 8;
  frame[13] = type & 0xff;
  frame.set(payload, HEADER_BYTES);
  return frame;
}

export function macAt(bytes: Uint8Array, offset: number): MacAddress {
  let mac = 0;
  for (let i = 0; i < 6; i++) mac = mac * 256 + bytes[offset + i];
  return mac;
}

export function putMac(bytes: Uint8Array, offset: number, mac: MacAddress): void {
  for (let i = 5; i >= 0; i--, mac = Math.floor(mac / 256)) bytes[offset + i] = mac % 256;
}

/** The I/G bit: a multicast or broadcast address (clause 3.2.3). */
export const isGroup = (mac: MacAddress): boolean => (Math.floor(mac / 2 ** 40) & 1) === 1;
