/** The DHCP server by RFC 2131, with options of RFC 2132; messages are made from figure 1 of the former. */
import { Gateway } from '../../../src/machine/net/gateway';
import {
  BROADCAST,
  dotted,
  ethernet,
  GATEWAY,
  GUEST_MAC,
  ip,
  mac,
  readEthernet,
  readIpv4,
  u16,
  u32,
  udp,
} from './frames';

const [DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE, INFORM] = [1, 2, 3, 4, 5, 6, 7, 8];
const SECOND = 100_000_000; // instructions: 10 in a tick of 100 ns

interface Message {
  readonly from?: string;
  readonly ciaddr?: string;
  readonly broadcast?: boolean;
  readonly requested?: string;
  readonly server?: string;
  readonly giaddr?: string;
}

const option = (code: number, value: readonly number[]): number[] => [code, value.length, ...value];

function message(type: number, options: Message): number[] {
  const { from = GUEST_MAC, ciaddr = '0.0.0.0', giaddr = '0.0.0.0', requested, server } = options;
  const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);
  return [
    [1, 1, 6, 0], // op, htype, hlen, hops
    [0xde, 0xad, 0xbe, 0xef], // xid
    [0, 0, options.broadcast ? 0x80 : 0, 0], // secs, flags
    [...ip(ciaddr), ...zeros(8), ...ip(giaddr)],
    [...mac(from), ...zeros(10 + 64 + 128)],
    [99, 130, 83, 99], // "the magic cookie", section 3
    option(53, [type]),
    requested ? option(50, ip(requested)) : [],
    server ? option(54, ip(server)) : [],
    [255],
  ].flat();
}

function readReply(data: readonly number[]) {
  const options: Record<number, number[]> = {};
  for (let at = 240; data[at] !== 255; at += 2 + data[at + 1])
    options[data[at]] = data.slice(at + 2, at + 2 + data[at + 1]);
  const address = (at: number): string => dotted(data.slice(at, at + 4));
  const fixed = { op: data[0], xid: u32(data, 4), flags: u16(data, 10), ciaddr: address(12), yiaddr: address(16) };
  return { ...fixed, chaddr: data.slice(28, 34), type: options[53]?.[0], options };
}

function setUp() {
  const time = { instructions: 0, now: () => time.instructions };
  let heard: Uint8Array[] = [];
  const connect = () => ({ send: (frame: Uint8Array) => void heard.push(frame) });
  const gateway = new Gateway(connect, time);
  const sayBytes = (bytes: readonly number[], source = '0.0.0.0', from = GUEST_MAC) => {
    heard = [];
    gateway.send(ethernet(BROADCAST, from, 0x0800, udp(source, '255.255.255.255', [68, 67], bytes)));
    expect(heard.length).toBeLessThanOrEqual(1);
    if (heard.length === 0) return undefined;
    const frame = readEthernet(heard[0]);
    const { from: sender, to, payload } = readIpv4(frame.payload);
    expect([sender, u16(payload, 0), u16(payload, 2)]).toEqual([GATEWAY, 67, 68]);
    return { mac: frame.to, to, ...readReply(payload.slice(8)) };
  };
  return {
    gateway,
    time,
    sayBytes,
    say: (type: number, options: Message = {}) => sayBytes(message(type, options), options.ciaddr, options.from),
    anotherGateway: () => new Gateway(connect, time),
  };
}

type Server = ReturnType<typeof setUp>;

/** DISCOVER and REQUEST; the address. */
function lease({ say }: Server, from: string): string | undefined {
  const offer = say(DISCOVER, { from });
  const ack = say(REQUEST, { from, requested: offer?.yiaddr, server: GATEWAY });
  return ack?.type === ACK ? ack.yiaddr : undefined;
}
const station = (n: number): string => `02:00:00:00:00:${n.toString(16).padStart(2, '0')}`;

describe('DISCOVER, OFFER, REQUEST, ACK', () => {
  test('the first station gets 10.0.2.15 for a day, with mask, router and server', () => {
    const { say } = setUp();
    const terms = { 1: [255, 255, 255, 0], 3: ip(GATEWAY), 51: [0, 1, 0x51, 0x80], 54: ip(GATEWAY) };
    const common = { op: 2, xid: 0xdeadbeef, flags: 0, ciaddr: '0.0.0.0', yiaddr: '10.0.2.15', chaddr: mac(GUEST_MAC) };
    const delivery = { mac: GUEST_MAC, to: '10.0.2.15' }; // section 4.1: unicast to yiaddr at chaddr
    expect(say(DISCOVER)).toEqual({ ...common, ...delivery, type: OFFER, options: { ...terms, 53: [OFFER] } });
    expect(say(REQUEST, { requested: '10.0.2.15', server: GATEWAY })).toEqual({
      ...common,
      ...delivery,
      type: ACK,
      options: { ...terms, 53: [ACK] },
    });
  });

  test('the next stations get the next addresses, and each keeps its own', () => {
    const server = setUp();
    expect([1, 2, 3, 2, 1].map((n) => lease(server, station(n)))).toEqual([
      '10.0.2.15',
      '10.0.2.16',
      '10.0.2.17',
      '10.0.2.16',
      '10.0.2.15',
    ]);
  });

  test('a client that sets the BROADCAST bit is answered by broadcast (section 4.1)', () => {
    expect(setUp().say(DISCOVER, { broadcast: true })).toMatchObject({
      mac: BROADCAST,
      to: '255.255.255.255',
      flags: 0x8000,
      yiaddr: '10.0.2.15',
    });
  });

  test('a free address that the client asks for is offered (section 4.3.1)', () => {
    const { say } = setUp();
    expect(say(DISCOVER, { requested: '10.0.2.77' })?.yiaddr).toBe('10.0.2.77');
    expect(say(DISCOVER, { from: station(1), requested: '10.0.2.77' })?.yiaddr).toBe('10.0.2.15');
    expect(say(DISCOVER, { from: station(2), requested: '10.0.2.2' })?.yiaddr).toBe('10.0.2.16');
  });

  test('a client that chose another server gives its offer back, and hears nothing', () => {
    const server = setUp();
    server.say(DISCOVER);
    expect(server.say(REQUEST, { requested: '10.0.3.9', server: '10.0.2.3' })).toBeUndefined();
    expect(lease(server, station(1))).toBe('10.0.2.15');
  });
});

describe('REQUEST in other states (section 4.3.2)', () => {
  test('RENEWING: ciaddr is acknowledged, by unicast to it', () => {
    const server = setUp();
    lease(server, GUEST_MAC);
    expect(server.say(REQUEST, { ciaddr: '10.0.2.15' })).toMatchObject({
      mac: GUEST_MAC,
      to: '10.0.2.15',
      type: ACK,
      ciaddr: '10.0.2.15',
      yiaddr: '10.0.2.15',
    });
  });

  test('INIT-REBOOT: the address is acknowledged if it is free or the client has it', () => {
    const server = setUp();
    expect(server.say(REQUEST, { requested: '10.0.2.20' })).toMatchObject({ type: ACK, yiaddr: '10.0.2.20' });
    expect(lease(server, GUEST_MAC)).toBe('10.0.2.20');
  });

  test.each([
    ['the address of another', { requested: '10.0.2.15' }],
    ['an address of another network', { requested: '192.168.0.9' }],
    ["the router's address", { requested: GATEWAY }],
    ['no address', {}],
    ['an offer that was never made', { requested: '10.0.2.30', server: GATEWAY }],
  ])('%s: NAK, by broadcast, without a lease', (_, options) => {
    const server = setUp();
    lease(server, station(1));
    expect(server.say(REQUEST, options)).toMatchObject({
      mac: BROADCAST,
      to: '255.255.255.255',
      type: NAK,
      yiaddr: '0.0.0.0',
      options: { 53: [NAK], 54: ip(GATEWAY) },
    });
  });
});

test('RELEASE gives the address back; one that the client does not have stays', () => {
  const server = setUp();
  lease(server, station(1));
  expect(server.say(RELEASE, { from: station(2), ciaddr: '10.0.2.15' })).toBeUndefined();
  expect(lease(server, station(3))).toBe('10.0.2.16');
  expect(server.say(RELEASE, { from: station(1), ciaddr: '10.0.2.15' })).toBeUndefined();
  expect(lease(server, station(4))).toBe('10.0.2.15');
});

test('DECLINE: somebody else uses the address, and nobody gets it for a day (section 4.3.3)', () => {
  const server = setUp();
  lease(server, GUEST_MAC);
  expect(server.say(DECLINE, { requested: '10.0.2.15', server: GATEWAY })).toBeUndefined();
  expect(lease(server, GUEST_MAC)).toBe('10.0.2.16');
});

test('INFORM: parameters, but neither address nor time (section 4.3.5)', () => {
  const reply = setUp().say(INFORM, { ciaddr: '10.0.2.99' });
  expect(reply).toMatchObject({ to: '10.0.2.99', type: ACK, ciaddr: '10.0.2.99', yiaddr: '0.0.0.0' });
  expect(Object.keys(reply!.options)).toEqual(['1', '3', '53', '54']);
});

test('when all 240 addresses are taken a newcomer hears nothing, until offers and leases have expired', () => {
  const server = setUp();
  for (let n = 0; n < 239; n++) lease(server, station(n + 1));
  server.say(DISCOVER, { from: '02:00:00:00:01:00' }); // an offer takes the last
  expect(server.say(DISCOVER)).toBeUndefined();
  server.time.instructions = 60 * SECOND;
  expect(lease(server, GUEST_MAC)).toBe('10.0.2.254');
  server.time.instructions = (86_400 + 60) * SECOND;
  expect(lease(server, station(240))).toBe('10.0.2.15');
});

test.each([
  ['a reply', (bytes: number[]) => [2, ...bytes.slice(1)]],
  ['other hardware', (bytes: number[]) => [1, 6, ...bytes.slice(2)]],
  ['no cookie', (bytes: number[]) => [...bytes.slice(0, 236), 0, ...bytes.slice(237)]],
  ['a truncated message', (bytes: number[]) => bytes.slice(0, 239)],
  ['no message type', (bytes: number[]) => [...bytes.slice(0, 240), 255]],
  ['an option that leads out', (bytes: number[]) => [...bytes.slice(0, 243), 50, 4, 10]],
  ['an option without length', (bytes: number[]) => [...bytes.slice(0, 243), 50]],
])('%s is dropped and counted', (_, change) => {
  const { gateway, sayBytes } = setUp();
  expect([sayBytes(change(message(DISCOVER, {}))), gateway.dropped]).toEqual([undefined, 1]);
});

test('a relayed message is not for this server', () => {
  expect(setUp().say(DISCOVER, { giaddr: '10.0.5.1' })).toBeUndefined();
});

test('after restore another gateway knows the leases', () => {
  const server = setUp();
  lease(server, station(1));
  lease(server, station(2));
  const saved = server.gateway.save();
  const other = server.anotherGateway();
  other.restore(saved);
  expect(other.save()).toEqual(saved);
  lease(server, station(3));
  expect(other.save()).toEqual(saved);
});
