/** A DHCP server for one network: RFC 2131, section 4.3. Addresses depend on nothing but the order in which stations ask. */
import { SavedFields, type Savable, type Saved } from '../saved';
import { Dhcp, Option, type DhcpReply, type DhcpRequest } from './dhcp-message';
import type { MacAddress } from './ethernet';
import type { Ipv4Address } from './ipv4';

/** Seconds for which an address is kept: after an offer, and after it was acknowledged. */
const OFFER_SECONDS = 60;
export const LEASE_SECONDS = 86_400;

/** A declined address (section 4.3.3) is kept from everybody by a lease of this station, which does not exist. */
const NOBODY: MacAddress = 0;

export interface DhcpConfiguration {
  readonly server: Ipv4Address;
  readonly subnetMask: number;
  /** The addresses to give, from first to last. */
  readonly first: Ipv4Address;
  readonly last: Ipv4Address;
}

interface Lease {
  readonly mac: MacAddress;
  /** In seconds of `now`. */
  readonly expires: number;
}

export class DhcpServer implements Savable {
  readonly #configuration: DhcpConfiguration;
  readonly #now: () => number;
  readonly #leases = new Map<Ipv4Address, Lease>();

  /** `now` in seconds. */
  constructor(configuration: DhcpConfiguration, now: () => number) {
    this.#configuration = configuration;
    this.#now = now;
  }

  /** What to answer, or undefined for silence. */
  answer(request: DhcpRequest): DhcpReply | undefined {
    switch (request.type) {
      case Dhcp.discover:
        return this.#offer(request);
      case Dhcp.request:
        return this.#request(request);
      case Dhcp.inform: // section 4.3.5: no lease, no time
        return { type: Dhcp.ack, yourAddress: 0, options: this.#network() };
      case Dhcp.decline:
        return this.#free(request, request.requestedAddress, NOBODY);
      case Dhcp.release:
        return this.#free(request, request.clientAddress);
      default:
        return undefined;
    }
  }

  reset(): void {
    this.#leases.clear();
  }

  save(): Saved {
    return { leases: [...this.#leases].map(([address, { mac, expires }]) => ({ address, mac, expires })) };
  }

  restore(saved: Saved): void {
    const { first, last } = this.#configuration;
    const leases = new SavedFields(saved, 'dhcp').list('leases', last - first + 1);
    this.#leases.clear();
    for (const lease of leases) {
      const from = new SavedFields(lease, 'dhcp.leases');
      const mac = from.integer('mac', 0, 2 ** 48 - 1);
      const expires = from.integer('expires', 0, Number.MAX_SAFE_INTEGER);
      this.#leases.set(from.integer('address', first, last), { mac, expires });
    }
  }

  /** Section 4.3.1: the address that the client has, else the one that it asks for if that is free, else the first free one. */
  #offer({ mac, requestedAddress }: DhcpRequest): DhcpReply | undefined {
    const address = this.#addressOf(mac) ?? this.#freeAddress(requestedAddress);
    if (address === undefined) return undefined;
    if (!this.#holds(mac, address)) this.#lease(address, mac, OFFER_SECONDS);
    return { type: Dhcp.offer, yourAddress: address, options: this.#terms() };
  }

  /** Section 4.3.2. A client that rebooted or renews may be unknown, because we are new: it keeps its address if that is free. */
  #request(request: DhcpRequest): DhcpReply | undefined {
    const { mac, serverIdentifier, requestedAddress, clientAddress } = request;
    if (serverIdentifier !== undefined && serverIdentifier !== this.#configuration.server) {
      return this.#free(request, this.#addressOf(mac)); // it chose another server
    }
    const address = requestedAddress ?? clientAddress;
    const known = this.#holds(mac, address) || (serverIdentifier === undefined && this.#isFree(address));
    if (!known) return { type: Dhcp.nak, yourAddress: 0, options: this.#identity() };
    this.#lease(address, mac, LEASE_SECONDS);
    return { type: Dhcp.ack, yourAddress: address, options: this.#terms() };
  }

  /** Ends the client's lease of `address`, or gives it to `next`. */
  #free({ mac }: DhcpRequest, address: Ipv4Address | undefined, next?: MacAddress): undefined {
    if (address === undefined || !this.#holds(mac, address)) return;
    this.#leases.delete(address);
    if (next !== undefined) this.#lease(address, next, LEASE_SECONDS);
  }

  /** A station has one address at a time. */
  #lease(address: Ipv4Address, mac: MacAddress, seconds: number): void {
    const old = mac === NOBODY ? undefined : this.#addressOf(mac);
    if (old !== undefined) this.#leases.delete(old);
    this.#leases.set(address, { mac, expires: this.#now() + seconds });
  }

  #addressOf(mac: MacAddress): Ipv4Address | undefined {
    for (const [address, lease] of this.#leases) if (lease.mac === mac && mac !== NOBODY) return address;
    return undefined;
  }

  #holds(mac: MacAddress, address: Ipv4Address): boolean {
    return mac !== NOBODY && this.#leases.get(address)?.mac === mac;
  }

  #isFree(address: Ipv4Address): boolean {
    const { first, last } = this.#configuration;
    const lease = this.#leases.get(address);
    return address >= first && address <= last && (lease === undefined || lease.expires <= this.#now());
  }

  #freeAddress(wanted: Ipv4Address | undefined): Ipv4Address | undefined {
    if (wanted !== undefined && this.#isFree(wanted)) return wanted;
    const { first, last } = this.#configuration;
    for (let address = first; address <= last; address++) if (this.#isFree(address)) return address;
    return undefined;
  }

  #identity(): DhcpReply['options'] {
    return [[Option.serverIdentifier, this.#configuration.server]];
  }

  #network(): DhcpReply['options'] {
    const { server, subnetMask } = this.#configuration;
    return [...this.#identity(), [Option.subnetMask, subnetMask], [Option.router, server]];
  }

  #terms(): DhcpReply['options'] {
    return [...this.#network(), [Option.leaseSeconds, LEASE_SECONDS]];
  }
}
