/** The network device (virtio 1.2, section 5.1 "Network Device"). */
import type { Link } from '../../net/link';
import { damaged, SavedFields, type Saved } from '../../saved';
import type { Chain } from './chain';
import type { QueueKind, VirtioDevice, VirtioHost } from './device';
import { VERSION_1 } from './features';

/** Feature bits, section 5.1.3. */
const MAC = 1n << 5n;
const STATUS = 1n << 16n;

const RECEIVE = 0;
/**
 * struct virtio_net_hdr: u8 flags, u8 gso_type, le16 hdr_len, gso_size, csum_start, csum_offset, num_buffers. We offer neither
 * checksums nor segmentation, so a driver leaves all of it 0 and we believe none of it; to the driver num_buffers is 1.
 */
const HEADER = 12;
const NUM_BUFFERS = 10;

/** An Ethernet frame without FCS: header alone, and header, VLAN tag and 1500 bytes (IEEE 802.3, clause 3). */
const SHORTEST = 14;
const LONGEST = 1518;

/** struct virtio_net_config: u8 mac[6], le16 status. */
const MAC_BYTES = 6;
const STATUS_AT = 6;
const CONFIG_BYTES = 8;
const LINK_UP = 1;

export interface NetOptions {
  /** The device's address: 6 bytes, the first one even. */
  readonly mac: Uint8Array;
  /** Frames that may wait for a buffer; later ones are lost. Default: 256. */
  readonly backlog?: number;
}

/** One end of a cable: the other end calls `send` for each frame that arrives. */
export class VirtioNet implements VirtioDevice, Link {
  readonly name = 'net';
  readonly id = 1;
  readonly features = MAC | STATUS;
  /** Without VERSION_1 the header would be 10 bytes (section 5.1.6.1). */
  readonly needs = VERSION_1;
  readonly queues: readonly QueueKind[] = [
    { maxSize: 256, holds: 'buffers' },
    { maxSize: 256, holds: 'requests' },
  ];
  readonly config = new Uint8Array(CONFIG_BYTES);
  /** Frames that were lost: no buffer and no backlog left, or longer or shorter than a frame. */
  dropped = 0;
  readonly #peer: Link;
  readonly #mostWaiting: number;
  #host: VirtioHost | undefined;
  #waiting: Uint8Array[] = [];

  /** `connect` gets this end of the cable, which takes frames for the guest, and gives the other end. */
  constructor(connect: (device: Link) => Link, { mac, backlog = 256 }: NetOptions) {
    this.#mostWaiting = backlog;
    this.config.set(mac.subarray(0, MAC_BYTES));
    this.config[STATUS_AT] = LINK_UP;
    this.#peer = connect(this);
  }

  /** The cable is plugged in, or pulled: the driver is told, and without it no frame passes. */
  setLink(up: boolean): void {
    this.config[STATUS_AT] = up ? LINK_UP : 0;
    this.#host?.configChanged();
  }

  attach(host: VirtioHost): void {
    this.#host = host;
  }

  /** A frame arrives. */
  send(frame: Uint8Array): void {
    if (!this.#passes(frame.length) || this.#waiting.length >= this.#mostWaiting) return void this.dropped++;
    this.#waiting.push(frame);
    this.refilled();
  }

  refilled(): void {
    while (this.#waiting.length > 0 && this.#host?.deliver(RECEIVE, (room) => this.#takeFrame(room)));
  }

  /** A frame leaves. The driver may cut header and frame into descriptors as it likes. */
  serve(_queue: number, chain: Chain): number {
    const size = chain.readable - HEADER;
    if (this.#passes(size)) this.#peer.send(chain.read(HEADER, size));
    else this.dropped++;
    return 0;
  }

  storeConfig(): void {}

  reset(): void {
    this.#waiting = [];
  }

  save(): Saved {
    return { waiting: this.#waiting.map((frame) => frame.slice()), config: this.config.slice(), dropped: this.dropped };
  }

  restore(saved: Saved): void {
    const from = new SavedFields(saved, 'virtio net');
    this.#waiting = from.list('waiting', this.#mostWaiting).map(frameFrom);
    this.config.set(from.bytes('config', CONFIG_BYTES));
    this.dropped = from.integer('dropped', 0, Number.MAX_SAFE_INTEGER);
  }

  #passes(size: number): boolean {
    return this.config[STATUS_AT] === LINK_UP && size >= SHORTEST && size <= LONGEST;
  }

  /** A buffer that is too small gets nothing, and its frame is lost: without MRG_RXBUF a frame cannot go on in the next one. */
  #takeFrame(room: number): Uint8Array {
    const frame = this.#waiting.shift()!;
    if (HEADER + frame.length > room) {
      this.dropped++;
      return new Uint8Array();
    }
    const bytes = new Uint8Array(HEADER + frame.length);
    bytes[NUM_BUFFERS] = 1;
    bytes.set(frame, HEADER);
    return bytes;
  }
}

function frameFrom(saved: Saved): Uint8Array {
  if (saved instanceof Uint8Array && saved.length >= SHORTEST && saved.length <= LONGEST) return saved.slice();
  throw damaged(`a waiting frame must be ${SHORTEST} to ${LONGEST} bytes`);
}
