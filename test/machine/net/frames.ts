/** Frames made and taken apart by the RFCs' figures, without any code of src/machine/net. */

export const GUEST_MAC = '52:54:00:12:34:56';
export const GATEWAY_MAC = '52:55:0a:00:02:02';
export const BROADCAST = 'ff:ff:ff:ff:ff:ff';
export const GATEWAY = '10.0.2.2';
export const GUEST = '10.0.2.15';

export const mac = (text: string): number[] => text.split(':').map((part) => parseInt(part, 16));
export const ip = (text: string): number[] => text.split('.').map(Number);
const be16 = (value: number): number[] => [(value >>> 8) & 0xff, value & 0xff];
export const be32 = (value: number): number[] => [...be16(value >>> 16), ...be16(value & 0xffff)];
export const u16 = (bytes: ArrayLike<number>, at: number): number => bytes[at] * 256 + bytes[at + 1];
export const u32 = (bytes: ArrayLike<number>, at: number): number => u16(bytes, at) * 65536 + u16(bytes, at + 2);
export const dotted = (bytes: Iterable<number>): string => [...bytes].join('.');
const colons = (bytes: Iterable<number>): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':');

/** RFC 1071, section 1, in the words of its steps: add 16-bit words, add the carries, complement. */
export function checksum(bytes: readonly number[]): number {
  const words = [...bytes, 0].slice(0, bytes.length + (bytes.length % 2));
  let sum = 0n;
  for (let i = 0; i < words.length; i += 2) sum += BigInt(u16(words, i));
  while (sum >> 16n) sum = (sum & 0xffffn) + (sum >> 16n);
  return Number(sum) ^ 0xffff;
}

/** A copy in which the two bytes at `at` are the checksum of `summed`, or of the copy itself. */
export function summedAt(at: number, bytes: readonly number[], before: readonly number[] = []): number[] {
  const copy = [...bytes];
  copy.splice(at, 2, 0, 0);
  copy.splice(at, 2, ...be16(checksum([...before, ...copy])));
  return copy;
}

export const ethernet = (to: string, from: string, type: number, payload: readonly number[]): Uint8Array =>
  Uint8Array.from([...mac(to), ...mac(from), ...be16(type), ...payload]);

export function ipv4(from: string, to: string, protocol: number, payload: readonly number[]): number[] {
  const header = [0x45, 0, ...be16(20 + payload.length), 0x12, 0x34, 0, 0, 64, protocol, 0, 0, ...ip(from), ...ip(to)];
  return [...summedAt(10, header), ...payload];
}

const pseudo = (from: string, to: string, protocol: number, length: number): number[] => [
  ...ip(from),
  ...ip(to),
  ...be16(protocol),
  ...be16(length),
];

export function udp(from: string, to: string, ports: [number, number], data: readonly number[]): number[] {
  const length = 8 + data.length;
  const bytes = summedAt(
    6,
    [...be16(ports[0]), ...be16(ports[1]), ...be16(length), 0, 0, ...data],
    pseudo(from, to, 17, length),
  );
  if (bytes[6] === 0 && bytes[7] === 0) bytes.splice(6, 2, 0xff, 0xff);
  return ipv4(from, to, 17, bytes);
}

export const icmp = (from: string, to: string, type: number, code: number, rest: readonly number[]): number[] =>
  ipv4(from, to, 1, summedAt(2, [type, code, 0, 0, ...rest]));

export interface Tcp {
  readonly ports: [number, number];
  readonly seq: number;
  readonly ack?: number;
  /** Letters of FIN, SYN, RST, PSH and ACK: F S R P A. */
  readonly flags: string;
  readonly window?: number;
  readonly options?: readonly number[];
  readonly data?: readonly number[];
}

export function tcp(from: string, to: string, segment: Tcp): number[] {
  const { ports, seq, ack = 0, flags, window = 65535, options = [], data = [] } = segment;
  const bits = [...flags].reduce((sum, letter) => sum | (1 << 'FSRPA'.indexOf(letter)), 0);
  const head = [...be16(ports[0]), ...be16(ports[1]), ...be32(seq), ...be32(ack), (5 + options.length / 4) << 4, bits];
  const bytes = [...head, ...be16(window), 0, 0, 0, 0, ...options, ...data];
  return ipv4(from, to, 6, summedAt(16, bytes, pseudo(from, to, 6, bytes.length)));
}

/** What is in an IPv4 packet; throws where a checksum or a length is wrong. */
export function readIpv4(packet: readonly number[]) {
  if (packet[0] !== 0x45 || checksum(packet.slice(0, 20)) !== 0) throw new Error('bad IPv4 header');
  if (u16(packet, 2) !== packet.length) throw new Error('bad IPv4 length');
  const [from, to] = [dotted(packet.slice(12, 16)), dotted(packet.slice(16, 20))];
  const protocol = packet[9];
  const payload = packet.slice(20);
  const sum = protocol === 1 ? payload : [...pseudo(from, to, protocol, payload.length), ...payload];
  if (checksum(sum) !== 0) throw new Error(`bad checksum in protocol ${protocol}`);
  return { from, to, protocol, payload };
}

export function readTcp(packet: readonly number[]) {
  const { payload } = readIpv4(packet);
  const offset = (payload[12] >> 4) * 4;
  return {
    ports: [u16(payload, 0), u16(payload, 2)] as [number, number],
    seq: u32(payload, 4),
    ack: u32(payload, 8),
    flags: [...'FSRPA'].filter((_, bit) => (payload[13] >> bit) & 1).join(''),
    window: u16(payload, 14),
    options: payload.slice(20, offset),
    data: payload.slice(offset),
  };
}

export const readEthernet = (frame: Uint8Array) => ({
  to: colons(frame.slice(0, 6)),
  from: colons(frame.slice(6, 12)),
  type: u16(frame, 12),
  payload: Array.from(frame.subarray(14)),
});
