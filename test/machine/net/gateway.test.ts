/** The gateway's ARP, IPv4, ICMP and UDP by their RFCs; frames are made by ./frames.ts. */
import { Gateway } from '../../../src/machine/net/gateway';
import { internetChecksum } from '../../../src/machine/net/checksum';
import {
  BROADCAST,
  checksum,
  ethernet,
  GATEWAY,
  GATEWAY_MAC,
  GUEST,
  GUEST_MAC,
  icmp,
  ip,
  ipv4,
  mac,
  readEthernet,
  readIpv4,
  summedAt,
  u16,
  udp,
} from './frames';

function setUp() {
  const heard: Uint8Array[] = [];
  const gateway = new Gateway(() => ({ send: (frame) => void heard.push(frame) }), { now: () => 0 });
  return {
    gateway,
    /** Frames that come back. */
    say(frame: Uint8Array) {
      heard.length = 0;
      gateway.send(frame);
      return heard.map(readEthernet);
    },
  };
}

const toGateway = (packet: readonly number[]): Uint8Array => ethernet(GATEWAY_MAC, GUEST_MAC, 0x0800, packet);

test("the checksum of RFC 1071's example (section 3) is the complement of ddf2", () => {
  const bytes = [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7];
  expect([internetChecksum(Uint8Array.from(bytes)), checksum(bytes)]).toEqual([0xddf2 ^ 0xffff, 0xddf2 ^ 0xffff]);
  expect(internetChecksum(Uint8Array.from([...bytes, 0xab]))).toBe(checksum([...bytes, 0xab, 0]));
});

describe('ARP', () => {
  const request = (target: string, operation = 1): number[] =>
    [[0, 1, 8, 0, 6, 4, 0, operation], mac(GUEST_MAC), ip(GUEST), [0, 0, 0, 0, 0, 0], ip(target)].flat();

  test('a request for 10.0.2.2 is answered to who asked (RFC 826)', () => {
    const padding = Array.from({ length: 18 }, () => 0);
    const reply = [0, 1, 8, 0, 6, 4, 0, 2, ...mac(GATEWAY_MAC), ...ip(GATEWAY), ...mac(GUEST_MAC), ...ip(GUEST)];
    expect(setUp().say(ethernet(BROADCAST, GUEST_MAC, 0x0806, [...request(GATEWAY), ...padding]))).toEqual([
      { to: GUEST_MAC, from: GATEWAY_MAC, type: 0x0806, payload: reply },
    ]);
  });

  test.each([
    ['another address', request('10.0.2.3')],
    ['a reply', request(GATEWAY, 2)],
    ['a truncated packet', request(GATEWAY).slice(0, 27)],
    ['other hardware', [0, 6, ...request(GATEWAY).slice(2)]],
    ['another protocol', [0, 1, 0x86, 0xdd, ...request(GATEWAY).slice(4)]],
  ])('%s is not answered, but counted', (_, packet) => {
    const { gateway, say } = setUp();
    expect([say(ethernet(BROADCAST, GUEST_MAC, 0x0806, packet)), gateway.dropped]).toEqual([[], 1]);
  });
});

describe('ICMP', () => {
  const rest = [0x12, 0x34, 0, 1, ...Buffer.from('abcdefghi')];

  test('an echo request comes back as a reply with the same identifier, sequence number and data (RFC 792)', () => {
    const [reply] = setUp().say(toGateway(icmp(GUEST, GATEWAY, 8, 0, rest)));
    expect([reply.to, reply.from]).toEqual([GUEST_MAC, GATEWAY_MAC]);
    const { from, to, protocol, payload } = readIpv4(reply.payload);
    expect([from, to, protocol]).toEqual([GATEWAY, GUEST, 1]);
    expect([payload.slice(0, 2), payload.slice(4)]).toEqual([[0, 0], rest]);
  });

  test('padding of the frame does not come back', () => {
    const [reply] = setUp().say(toGateway([...icmp(GUEST, GATEWAY, 8, 0, [0, 0, 0, 0]), 9, 9, 9]));
    expect(readIpv4(reply.payload).payload).toHaveLength(8);
  });

  test.each([
    ['an echo reply', icmp(GUEST, GATEWAY, 0, 0, rest)],
    ['another code', icmp(GUEST, GATEWAY, 8, 1, rest)],
    ['a broadcast', icmp(GUEST, '10.0.2.255', 8, 0, rest)],
    ['another host', icmp(GUEST, '10.0.2.3', 8, 0, rest)],
    ['a host without an address', icmp('0.0.0.0', GATEWAY, 8, 0, rest)],
    ['a broadcast as source', icmp('255.255.255.255', GATEWAY, 8, 0, rest)],
    ['our own address as source', icmp(GATEWAY, GATEWAY, 8, 0, rest)],
    ['a wrong checksum', ipv4(GUEST, GATEWAY, 1, [8, 0, 0, 0, ...rest])],
    ['a truncated header', ipv4(GUEST, GATEWAY, 1, [8, 0, 0xf7, 0xff])],
    ['an unknown protocol', ipv4(GUEST, GATEWAY, 99, rest)],
  ])('%s is not answered, but counted', (_, packet) => {
    const { gateway, say } = setUp();
    expect([say(toGateway(packet)), gateway.dropped]).toEqual([[], 1]);
  });
});

describe('IPv4', () => {
  const good = icmp(GUEST, GATEWAY, 8, 0, [0, 0, 0, 0]);
  /** The datagram with header bytes replaced and the header's checksum made right again. */
  const changed = (at: number, ...bytes: number[]): number[] => {
    const packet = [...good];
    packet.splice(at, bytes.length, ...bytes);
    return [...summedAt(10, packet.slice(0, 20)), ...packet.slice(20)];
  };
  const withOptions = [
    ...summedAt(10, [0x46, 0, 0, good.length + 4, ...good.slice(4, 20), 1, 1, 1, 0]),
    ...good.slice(20),
  ];

  test.each([
    ['version 6', changed(0, 0x65)],
    ['options', withOptions],
    ['a header length below 5', changed(0, 0x44)],
    ['a length beyond the frame', changed(2, 0, 29)],
    ['a length below the header', changed(2, 0, 19)],
    ['a first fragment', changed(6, 0x20, 0)],
    ['a last fragment', changed(6, 0, 1)],
    ['a wrong header checksum', [...good.slice(0, 8), 63, ...good.slice(9)]],
    ['a truncated header', good.slice(0, 19)],
  ])('%s is dropped and counted', (_, packet) => {
    const { gateway, say } = setUp();
    expect([say(toGateway(packet)), gateway.dropped]).toEqual([[], 1]);
    expect(say(toGateway(good))).toHaveLength(1);
  });

  test('frames for other stations are none of its business', () => {
    const { gateway, say } = setUp();
    expect([say(ethernet('02:00:00:00:00:01', GUEST_MAC, 0x0800, good)), gateway.dropped]).toEqual([[], 0]);
  });
});

describe('UDP', () => {
  const data = [...Buffer.from('hello')];

  test('the echo service (RFC 862) sends data back from port 7', () => {
    const [reply] = setUp().say(toGateway(udp(GUEST, GATEWAY, [40000, 7], data)));
    const { from, to, payload } = readIpv4(reply.payload);
    expect([from, to, u16(payload, 0), u16(payload, 2), u16(payload, 4)]).toEqual([GATEWAY, GUEST, 7, 40000, 13]);
    expect(payload.slice(8)).toEqual(data);
  });

  test('a datagram without checksum is taken', () => {
    const packet = udp(GUEST, GATEWAY, [40000, 7], data);
    packet.splice(26, 2, 0, 0);
    expect(setUp().say(toGateway(packet))).toHaveLength(1);
  });

  test('"if the computed checksum is zero, it is transmitted as all ones"', () => {
    // Two bytes of data that complete the sum to ffff: what the checksum of the same datagram with zeros there is.
    const zeros = udp(GATEWAY, GUEST, [7, 40000], [0, 0]);
    const [reply] = setUp().say(toGateway(udp(GUEST, GATEWAY, [40000, 7], zeros.slice(26, 28))));
    expect(reply.payload.slice(26, 28)).toEqual([0xff, 0xff]);
  });

  test('a port where nobody listens: destination unreachable with the header and 8 bytes (RFC 1122, 4.1.3.1)', () => {
    const packet = udp(GUEST, GATEWAY, [40000, 9], data);
    const [reply] = setUp().say(toGateway(packet));
    const { protocol, payload } = readIpv4(reply.payload);
    expect([protocol, payload.slice(0, 2), payload.slice(8)]).toEqual([1, [3, 3], packet.slice(0, 28)]);
  });

  test.each([
    ['another echo service, which would answer for ever', udp(GUEST, GATEWAY, [7, 7], data)],
    ['a broadcast', udp(GUEST, '255.255.255.255', [40000, 7], data)],
    ['a host without an address', udp('0.0.0.0', GATEWAY, [40000, 7], data)],
    ['a length beyond the packet', ipv4(GUEST, GATEWAY, 17, [0x9c, 0x40, 0, 7, 0, 9, 0, 0])],
    ['a length below the header', ipv4(GUEST, GATEWAY, 17, [0x9c, 0x40, 0, 7, 0, 7, 0, 0])],
    ['a truncated header', ipv4(GUEST, GATEWAY, 17, [0x9c, 0x40, 0, 7, 0, 7, 0])],
    ['a wrong checksum', ipv4(GUEST, GATEWAY, 17, [0x9c, 0x40, 0, 7, 0, 8, 0, 1])],
  ])('%s gets no answer, but is counted', (_, packet) => {
    const { gateway, say } = setUp();
    expect([say(toGateway(packet)), gateway.dropped]).toEqual([[], 1]);
  });
});
