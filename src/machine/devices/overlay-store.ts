/** A copy-on-write disk: what is written stays in memory, over a base that is only read. */
import { damaged, SavedFields, type Saved } from '../saved';
import { SECTOR, type BlockStore } from './block-store';

/** The part of a store that an overlay needs of what lies below it: a file that the command line opened, or another store. */
export type BlockBase = Pick<BlockStore, 'sectors' | 'read'>;

/** The overlay keeps clusters of 8 sectors, the 4 KiB that file systems write. */
const CLUSTER = 8;
const CLUSTER_BYTES = CLUSTER * SECTOR;

/** What the accounts charge for the entry of a cluster, besides its bytes. */
const ENTRY_BYTES = 64;

/** A cluster of nothing but zeros needs an entry and no bytes. */
const ZEROS = new Uint8Array(CLUSTER_BYTES);

export interface OverlayOptions {
  /** The most memory that the overlay may take, in bytes. Default: 1 GiB. */
  readonly limitBytes?: number;
}

export class OverlayStore implements BlockStore {
  readonly sectors: number;
  readonly #base: BlockBase;
  readonly #limit: number;
  /** By cluster number: sector / 8. */
  #clusters = new Map<number, Uint8Array>();
  #used = 0;

  constructor(base: BlockBase, { limitBytes = 2 ** 30 }: OverlayOptions = {}) {
    this.sectors = base.sectors;
    this.#base = base;
    this.#limit = limitBytes;
  }

  /** Memory that the overlay takes, in bytes: at most its limit. */
  get usedBytes(): number {
    return this.#used;
  }

  read(sector: number, count: number): Uint8Array {
    const bytes = this.#base.read(sector, count);
    for (const piece of piecesOf(sector, count)) {
      const cluster = this.#clusters.get(piece.cluster);
      if (cluster) bytes.set(cluster.subarray(piece.from, piece.from + piece.bytes), piece.at);
    }
    return bytes;
  }

  write(sector: number, bytes: Uint8Array): boolean {
    const pieces = piecesOf(sector, bytes.length / SECTOR);
    if (!this.#charge(pieces, () => CLUSTER_BYTES)) return false;
    for (const { cluster, from, at, bytes: size } of pieces) {
      this.#own(cluster, size).set(bytes.subarray(at, at + size), from);
    }
    return true;
  }

  /** A whole cluster costs its entry only. */
  zero(sector: number, count: number): boolean {
    const pieces = piecesOf(sector, count);
    const isWhole = (piece: Piece): boolean => piece.bytes === CLUSTER_BYTES;
    if (!this.#charge(pieces, (piece) => (isWhole(piece) ? 0 : CLUSTER_BYTES))) return false;
    for (const piece of pieces) {
      if (isWhole(piece)) this.#clusters.set(piece.cluster, ZEROS);
      else this.#own(piece.cluster, piece.bytes).fill(0, piece.from, piece.from + piece.bytes);
    }
    return true;
  }

  flush(): void {}

  /** What differs from the base, which must be the same when this is restored. An empty list of bytes is a cluster of zeros. */
  save(): Saved {
    const clusters = [...this.#clusters].sort(([a], [b]) => a - b);
    return {
      sectors: this.sectors,
      numbers: clusters.map(([number]) => number),
      clusters: clusters.map(([, bytes]) => (bytes === ZEROS ? new Uint8Array() : bytes.slice())),
    };
  }

  restore(saved: Saved): void {
    const from = new SavedFields(saved, 'disk overlay');
    from.integer('sectors', this.sectors, this.sectors);
    const count = from.list('numbers', Math.ceil(this.sectors / CLUSTER)).length;
    const numbers = from.integers('numbers', count, Math.ceil(this.sectors / CLUSTER) - 1);
    const clusters = from.list('clusters', count).map(clusterFrom);
    this.#clusters = new Map(numbers.map((number, i) => [number, clusters[i]]));
    const used = [...this.#clusters.values()].map((bytes) => ENTRY_BYTES + (bytes === ZEROS ? 0 : CLUSTER_BYTES));
    this.#used = used.reduce((sum, bytes) => sum + bytes, 0);
    if (this.#clusters.size !== count || clusters.length !== count)
      throw damaged('the clusters of a disk overlay must be as many as its numbers, each once');
    if (this.#used > this.#limit)
      throw damaged(`a disk overlay needs more memory than its limit of ${this.#limit} bytes`);
  }

  /** The overlay's own copy of a cluster, of which `overwritten` bytes are about to be replaced. */
  #own(cluster: number, overwritten: number): Uint8Array {
    const present = this.#clusters.get(cluster);
    if (present && present !== ZEROS) return present;
    const copy = new Uint8Array(CLUSTER_BYTES);
    if (!present && overwritten < CLUSTER_BYTES) {
      const first = cluster * CLUSTER;
      copy.set(this.#base.read(first, Math.min(CLUSTER, this.sectors - first)));
    }
    this.#clusters.set(cluster, copy);
    return copy;
  }

  /** Accounts for clusters that will hold `bytesOf(piece)` bytes from now on; false, and nothing done, if that is too much. */
  #charge(pieces: readonly Piece[], bytesOf: (piece: Piece) => number): boolean {
    let used = this.#used;
    for (const piece of pieces) {
      const present = this.#clusters.get(piece.cluster);
      const bytes = present === undefined || present === ZEROS ? bytesOf(piece) : bytesOf(piece) - CLUSTER_BYTES;
      used += bytes + (present === undefined ? ENTRY_BYTES : 0);
    }
    if (used > this.#limit) return false;
    this.#used = used;
    return true;
  }
}

function clusterFrom(saved: Saved): Uint8Array {
  if (!(saved instanceof Uint8Array)) throw damaged('a cluster of a disk overlay must be bytes');
  if (saved.length === 0) return ZEROS;
  if (saved.length !== CLUSTER_BYTES) throw damaged(`a cluster of a disk overlay must be ${CLUSTER_BYTES} bytes`);
  return saved.slice();
}

/** What a run of sectors has in one cluster. */
interface Piece {
  readonly cluster: number;
  /** First byte within the cluster, first byte within the run, and how many. */
  readonly from: number;
  readonly at: number;
  readonly bytes: number;
}

function piecesOf(sector: number, count: number): Piece[] {
  const pieces: Piece[] = [];
  for (let done = 0; done < count;) {
    const cluster = Math.floor((sector + done) / CLUSTER);
    const from = (sector + done) % CLUSTER;
    const sectors = Math.min(CLUSTER - from, count - done);
    pieces.push({ cluster, from: from * SECTOR, at: done * SECTOR, bytes: sectors * SECTOR });
    done += sectors;
  }
  return pieces;
}
