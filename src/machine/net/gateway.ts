/**
 * A node that gives a network without a host something to talk to, at the addresses of QEMU's user network: 10.0.2.2 answers ARP,
 * DHCP, ping and the echo service (RFC 862) over UDP and TCP. Hosts by RFC 1122, section 3.2.
 */
import { INSTRUCTIONS_PER_TICK } from '../hart/ports';
import type { InstructionClock } from '../irq/aclint';
import type { Alarm } from '../irq/alarm';
import { SavedFields, type Savable, type Saved } from '../saved';
import { answerArp } from './arp';
import { buildDhcp, DHCP_CLIENT_PORT, DHCP_SERVER_PORT, Dhcp, parseDhcp } from './dhcp-message';
import { DhcpServer } from './dhcp-server';
import {
  BROADCAST_MAC,
  buildEthernet,
  ETHERTYPE_ARP,
  ETHERTYPE_IPV4,
  isGroup,
  parseEthernet,
  type EthernetFrame,
  type MacAddress,
} from './ethernet';
import { answerIcmp, portUnreachable } from './icmp';
import {
  BROADCAST_IP,
  buildIpv4,
  parseIpv4,
  PROTOCOL_ICMP,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
  type Ipv4Address,
  type Ipv4Datagram,
} from './ipv4';
import type { Link } from './link';
import { ECHO_PORT, TcpEcho } from './tcp-echo';
import { buildTcp, parseTcp } from './tcp-segment';
import { buildUdp, parseUdp } from './udp';

/** As QEMU's: 52:55 and the address. */
export const GATEWAY_MAC: MacAddress = 0x5255_0a00_0202;
export const GATEWAY_IP: Ipv4Address = 0x0a00_0202; // 10.0.2.2
const NETWORK = { subnetMask: 0xffff_ff00, broadcast: 0x0a00_02ff };
/** Guests are 10.0.2.15 .. 10.0.2.254. */
const DHCP = { server: GATEWAY_IP, subnetMask: NETWORK.subnetMask, first: 0x0a00_020f, last: 0x0a00_02fe };

const INSTRUCTIONS_PER_MICROSECOND = 10 * INSTRUCTIONS_PER_TICK;

/** Every answer goes back to the station that its question came from, so the gateway needs no table of neighbours. */
export class Gateway implements Link, Alarm, Savable {
  readonly #port: Link;
  readonly #clock: Pick<InstructionClock, 'now'>;
  readonly #deadlineChanged: () => void;
  readonly #dhcp: DhcpServer;
  readonly #tcp: TcpEcho;
  #dropped = 0;

  /**
   * `connect` gets the gateway's end of the cable and gives the other, as a switch does; `deadlineChanged` is called when a timer may
   * have been set.
   */
  constructor(
    connect: (gateway: Link) => Link,
    clock: Pick<InstructionClock, 'now'>,
    deadlineChanged: () => void = () => undefined,
  ) {
    this.#port = connect(this);
    this.#clock = clock;
    this.#deadlineChanged = deadlineChanged;
    const now = (): number => Math.floor(clock.now() / INSTRUCTIONS_PER_MICROSECOND);
    this.#dhcp = new DhcpServer(DHCP, () => Math.floor(now() / 1_000_000));
    this.#tcp = new TcpEcho({
      now,
      say: (peer, segment) => this.#sendIp(peer.mac, buildTcp(GATEWAY_IP, peer.ip, segment)),
    });
  }

  /** Frames for us that were malformed, or that nothing here answers. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes a frame from the network and answers it before it returns. */
  send(bytes: Uint8Array): void {
    const frame = parseEthernet(bytes);
    if (frame && frame.destination !== GATEWAY_MAC && frame.destination !== BROADCAST_MAC) return; // the switch floods
    if (!frame || isGroup(frame.source) || !this.#receive(frame)) this.#dropped++;
  }

  untilAlarm(): number {
    const instructions = this.#tcp.deadline * INSTRUCTIONS_PER_MICROSECOND - this.#clock.now();
    return instructions > 0 ? instructions : Infinity;
  }

  update(): void {
    if (this.#tcp.deadline * INSTRUCTIONS_PER_MICROSECOND <= this.#clock.now()) this.#tcp.update();
  }

  /** Forgets leases and connections: its clock starts again. */
  reset(): void {
    this.#dhcp.reset();
    this.#tcp.reset();
    this.#dropped = 0;
  }

  save(): Saved {
    return { dhcp: this.#dhcp.save(), tcp: this.#tcp.save(), dropped: this.#dropped };
  }

  restore(saved: Saved): void {
    const from = new SavedFields(saved, 'gateway');
    this.#dhcp.restore(from.saved('dhcp'));
    this.#tcp.restore(from.saved('tcp'));
    this.#dropped = from.integer('dropped', 0, Number.MAX_SAFE_INTEGER);
  }

  /** False if the frame is no use. */
  #receive({ type, source, payload }: EthernetFrame): boolean {
    if (type === ETHERTYPE_ARP) return this.#receiveArp(payload);
    const datagram = type === ETHERTYPE_IPV4 ? parseIpv4(payload) : undefined;
    if (!datagram || !isHost(datagram.source)) return false;
    if (datagram.protocol === PROTOCOL_UDP) return this.#receiveUdp(source, datagram, payload);
    if (!isDirect(datagram)) return false;
    if (datagram.protocol === PROTOCOL_ICMP) return this.#receiveIcmp(source, datagram);
    return datagram.protocol === PROTOCOL_TCP && this.#receiveTcp(source, datagram);
  }

  #receiveArp(packet: Uint8Array): boolean {
    const answer = answerArp(packet, { mac: GATEWAY_MAC, ip: GATEWAY_IP });
    if (answer) this.#sendFrame(answer.to, ETHERTYPE_ARP, answer.reply);
    return answer !== undefined;
  }

  #receiveIcmp(mac: MacAddress, { source, payload }: Ipv4Datagram): boolean {
    const reply = answerIcmp(payload);
    if (reply) this.#sendIcmp(mac, source, reply);
    return reply !== undefined;
  }

  #receiveTcp(mac: MacAddress, datagram: Ipv4Datagram): boolean {
    const segment = parseTcp(datagram);
    if (!segment) return false;
    this.#tcp.receive({ mac, ip: datagram.source, port: segment.sourcePort }, segment);
    this.#deadlineChanged();
    return true;
  }

  #receiveUdp(mac: MacAddress, datagram: Ipv4Datagram, packet: Uint8Array): boolean {
    const udp = parseUdp(datagram);
    if (!udp) return false;
    const { destination } = datagram;
    const broadcast = destination === BROADCAST_IP || destination === NETWORK.broadcast;
    if (udp.destinationPort === DHCP_SERVER_PORT && (broadcast || destination === GATEWAY_IP)) {
      return this.#receiveDhcp(udp.data);
    }
    if (!isDirect(datagram)) return false;
    if (udp.destinationPort !== ECHO_PORT) this.#sendIcmp(mac, datagram.source, portUnreachable(packet));
    else if (udp.sourcePort === ECHO_PORT)
      return false; // two echo services would never stop
    else {
      const echo = { sourcePort: ECHO_PORT, destinationPort: udp.sourcePort, data: udp.data };
      this.#sendIp(mac, buildUdp(GATEWAY_IP, datagram.source, echo));
    }
    return true;
  }

  /** To whom the answer goes: RFC 2131, section 4.1. */
  #receiveDhcp(message: Uint8Array): boolean {
    const request = parseDhcp(message);
    const reply = request && this.#dhcp.answer(request);
    if (!request || !reply) return request !== undefined;
    const unicast = request.clientAddress !== 0 ? request.clientAddress : request.broadcast ? 0 : reply.yourAddress;
    const broadcast = unicast === 0 || reply.type === Dhcp.nak;
    const [mac, ip] = broadcast ? [BROADCAST_MAC, BROADCAST_IP] : [request.mac, unicast];
    const data = buildDhcp(request, reply);
    const udp = { sourcePort: DHCP_SERVER_PORT, destinationPort: DHCP_CLIENT_PORT, data };
    this.#sendIp(mac, buildUdp(GATEWAY_IP, ip, udp));
    return true;
  }

  #sendIcmp(mac: MacAddress, destination: Ipv4Address, payload: Uint8Array): void {
    this.#sendIp(mac, { source: GATEWAY_IP, destination, protocol: PROTOCOL_ICMP, payload });
  }

  #sendIp(mac: MacAddress, datagram: Ipv4Datagram): void {
    this.#sendFrame(mac, ETHERTYPE_IPV4, buildIpv4(datagram));
  }

  #sendFrame(destination: MacAddress, type: number, payload: Uint8Array): void {
    this.#port.send(buildEthernet({ destination, source: GATEWAY_MAC, type, payload }));
  }
}

/** From a host that has an address, to us. */
const isDirect = ({ source, destination }: Ipv4Datagram): boolean => destination === GATEWAY_IP && source !== 0;

/** Addresses that a datagram can come from (RFC 1122, section 3.2.1.3): ours and broadcasts are none; 0 is a host that asks DHCP. */
const isHost = (ip: Ipv4Address): boolean =>
  ip !== GATEWAY_IP && ip !== NETWORK.broadcast && ip >>> 28 < 0xe && ip >>> 24 !== 127;
