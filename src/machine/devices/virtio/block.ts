/** The block device (virtio 1.2, section 5.2 "Block Device"). */
import { SavedFields, type Saved } from '../../saved';
import { SECTOR, type BlockStore } from '../block-store';
import type { Chain } from './chain';
import type { QueueKind, VirtioDevice } from './device';
import { DriverError } from './driver-error';

/** Feature bits, section 5.2.3. */
const SEG_MAX = 1n << 2n;
const RO = 1n << 5n;
const BLK_SIZE = 1n << 6n;
const FLUSH = 1n << 9n;
const MQ = 1n << 12n;
const DISCARD = 1n << 13n;
const WRITE_ZEROES = 1n << 14n;

/** Request types, section 5.2.6. */
const IN = 0;
const OUT = 1;
const FLUSH_REQUEST = 4;
const GET_ID = 8;
const DISCARD_REQUEST = 11;
const WRITE_ZEROES_REQUEST = 13;

/** The last byte that the device writes. */
const OK = 0;
const IOERR = 1;
const UNSUPP = 2;

/** le32 type, le32 reserved, le64 sector. */
const HEADER = 16;
/** le64 sector, le32 number of sectors, le32 flags: one range of a discard or write-zeroes request. */
const RANGE = 16;
const UNMAP = 1;
const ID_BYTES = 20;

/** What one range of a discard or write-zeroes request may cover: 32 MiB. */
const MAX_RANGE_SECTORS = 2 ** 16;
const MAX_RANGES = 16;

const QUEUE_SIZE = 256;

export interface BlockOptions {
  /** Writes are refused, and the driver is told so. */
  readonly readOnly?: boolean;
  /** What GET_ID answers: at most 20 ASCII characters. Default: "worldswitch". */
  readonly id?: string;
  /** 1 .. 16 request queues; default 2. */
  readonly queues?: number;
  /** The most data of one request, in bytes; a longer request is an I/O error. Default: 16 MiB, four times Linux's longest. */
  readonly maxRequestBytes?: number;
}

/** What became of a request: its status, and the bytes of the data part that were written. */
interface Result {
  readonly status: number;
  readonly written: number;
}

const failed = (status: number): Result => ({ status, written: 0 });
const DONE: Result = { status: OK, written: 0 };

export class VirtioBlock implements VirtioDevice {
  readonly name = 'block';
  readonly id = 2;
  readonly features: bigint;
  readonly needs = 0n;
  readonly queues: readonly QueueKind[];
  readonly config: Uint8Array;
  readonly store: BlockStore;
  readonly #readOnly: boolean;
  readonly #id: Uint8Array;
  readonly #maxBytes: number;

  constructor(store: BlockStore, options: BlockOptions = {}) {
    const { readOnly = false, id = 'worldswitch', queues = 2, maxRequestBytes = 2 ** 24 } = options;
    this.store = store;
    this.#readOnly = readOnly;
    this.#maxBytes = maxRequestBytes;
    this.features = SEG_MAX | BLK_SIZE | FLUSH | MQ | (readOnly ? RO : DISCARD | WRITE_ZEROES);
    this.queues = Array.from({ length: queues }, () => ({ maxSize: QUEUE_SIZE, holds: 'requests' }));
    this.config = configuration(store.sectors, queues);
    this.#id = new Uint8Array(ID_BYTES); // a NUL ends it only if it is shorter
    this.#id.set(Array.from(id.slice(0, ID_BYTES), (letter) => letter.charCodeAt(0) & 0x7f));
  }

  attach(): void {}
  refilled(): void {}
  storeConfig(): void {}
  reset(): void {}

  /**
   * A request is a header, data either way, and a status byte at the very end. One that lacks header or status cannot be answered.
   * After an error nothing of the data was written, so the count given back must not include the status behind it
   * (section 2.7.8.2: `len` bytes from the beginning were written).
   */
  serve(_queue: number, chain: Chain): number {
    if (chain.readable < HEADER) throw new DriverError('a block request without a header');
    if (chain.writable < 1) throw new DriverError('a block request without a byte for its status');
    const room = chain.writable - 1;
    const { status, written } = this.#perform(chain, room);
    chain.write(room, Uint8Array.of(status));
    return written === room ? room + 1 : written;
  }

  save(): Saved {
    return { store: this.store.save() };
  }

  restore(saved: Saved): void {
    this.store.restore(new SavedFields(saved, 'virtio block').saved('store'));
  }

  /** `room`: bytes that the driver left for data. */
  #perform(chain: Chain, room: number): Result {
    const header = viewOf(chain.read(0, HEADER));
    const sector = Number(header.getBigUint64(8, true));
    const sent = chain.readable - HEADER;
    switch (header.getUint32(0, true)) {
      case IN:
        return this.#read(chain, sector, room);
      case OUT:
        return this.#write(chain, sector, sent);
      case FLUSH_REQUEST:
        this.store.flush();
        return DONE;
      case GET_ID:
        return this.#identify(chain, room);
      case DISCARD_REQUEST:
        return this.#ranges(chain, sent, 0, () => true); // a hint: the sectors may keep what they hold
      case WRITE_ZEROES_REQUEST:
        return this.#ranges(chain, sent, UNMAP, (first, count) => this.store.zero(first, count));
      default:
        return failed(UNSUPP);
    }
  }

  #read(chain: Chain, sector: number, bytes: number): Result {
    if (!this.#isDisk(sector, bytes)) return failed(IOERR);
    chain.write(0, this.store.read(sector, bytes / SECTOR));
    return { status: OK, written: bytes };
  }

  #write(chain: Chain, sector: number, bytes: number): Result {
    if (this.#readOnly || !this.#isDisk(sector, bytes)) return failed(IOERR);
    return this.store.write(sector, chain.read(HEADER, bytes)) ? DONE : failed(IOERR);
  }

  #identify(chain: Chain, room: number): Result {
    const id = this.#id.subarray(0, Math.min(room, ID_BYTES));
    chain.write(0, id);
    return { status: OK, written: id.length };
  }

  /** All ranges are looked at before the first is touched. Flags other than `known` are not supported (section 5.2.6.2). */
  #ranges(chain: Chain, bytes: number, known: number, apply: (sector: number, count: number) => boolean): Result {
    if (this.#readOnly) return failed(IOERR);
    if (bytes === 0 || bytes % RANGE !== 0 || bytes > MAX_RANGES * RANGE) return failed(IOERR);
    const view = viewOf(chain.read(HEADER, bytes));
    const ranges = Array.from({ length: bytes / RANGE }, (_, i) => ({
      sector: Number(view.getBigUint64(i * RANGE, true)),
      count: view.getUint32(i * RANGE + 8, true),
      flags: view.getUint32(i * RANGE + 12, true),
    }));
    if (ranges.some(({ flags }) => (flags & ~known) !== 0)) return failed(UNSUPP);
    const possible = ranges.every(
      ({ sector, count }) => count <= MAX_RANGE_SECTORS && sector + count <= this.store.sectors,
    );
    return possible && ranges.every(({ sector, count }) => apply(sector, count)) ? DONE : failed(IOERR);
  }

  /** Whole sectors that exist, and not too many at once. */
  #isDisk(sector: number, bytes: number): boolean {
    return bytes % SECTOR === 0 && bytes <= this.#maxBytes && sector + bytes / SECTOR <= this.store.sectors;
  }
}

/** struct virtio_blk_config, section 5.2.4; fields of features that are not offered are 0. */
function configuration(sectors: number, queues: number): Uint8Array {
  const config = new Uint8Array(60);
  const view = viewOf(config);
  view.setBigUint64(0, BigInt(sectors), true); // capacity
  view.setUint32(12, QUEUE_SIZE - 2, true); // seg_max: a chain is as long as the queue, less header and status
  view.setUint32(20, SECTOR, true); // blk_size
  view.setUint16(34, queues, true); // num_queues
  view.setUint32(36, MAX_RANGE_SECTORS, true); // max_discard_sectors
  view.setUint32(40, MAX_RANGES, true); // max_discard_seg
  view.setUint32(44, 1, true); // discard_sector_alignment
  view.setUint32(48, MAX_RANGE_SECTORS, true); // max_write_zeroes_sectors
  view.setUint32(52, MAX_RANGES, true); // max_write_zeroes_seg
  view.setUint8(56, 1); // write_zeroes_may_unmap
  return config;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
