/** A guest's RAM as the hypervisor touches it: every access is checked against the slots, whatever address the guest gave. */
import type { Pages, PteMemory, Ram, Width } from '#machine';
import { PAGE_SIZE, type MemorySlots } from './slots';

/** What the hypervisor does in a guest's RAM, counted. */
export interface MemoryCounts {
  /** Entries of the guest's page tables that the hypervisor read, to do a walk for the guest. */
  ptesRead: number;
  /** Bytes that the hypervisor or a device of the VM copied into the guest's RAM or out of it, since the guest was loaded. */
  bytesCopied: number;
}

/** Nothing here throws for a bad guest-physical address: it answers undefined or false, and the caller tells the guest. */
export class GuestMemory {
  readonly slots: MemorySlots;
  readonly counts: MemoryCounts = { ptesRead: 0, bytesCopied: 0 };
  /** Hears of every store through this class, where it was in the host and of how many bytes: who keeps copies of what lies here. */
  onStore?: (hpa: number, length: number) => void;
  /**
   * Whether these bytes of the host may be stored to on the guest's behalf, by us or by a device. Not everywhere where the hart walks
   * the guest's own page tables (techniques/paravirtual): the guest cannot store to them, and must not make others do it.
   */
  mayStore: (hpa: number, length: number) => boolean = () => true;
  readonly #ram: Ram;
  /** The host's RAM, to be read only. */
  readonly #words: Uint32Array;

  constructor(ram: Ram, slots: MemorySlots) {
    this.#ram = ram;
    this.#words = new Uint32Array(ram.bytes.buffer, ram.bytes.byteOffset, ram.size / 4);
    this.slots = slots;
  }

  /** `width` bytes, little-endian, unsigned, at any alignment; undefined if they are not all RAM. */
  read(gpa: bigint, width: Width): bigint | undefined {
    const pieces = this.slots.pieces(gpa, width);
    if (pieces?.length === 1) return this.#ram.read(pieces[0].hpa, width);
    const bytes = this.copyOut(gpa, width);
    return bytes?.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
  }

  /** Stores the low `width` bytes of `value`; false, and nothing is stored, if they are not all RAM. */
  write(gpa: bigint, width: Width, value: bigint): boolean {
    return this.copyIn(
      gpa,
      Uint8Array.from({ length: width }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn)),
    );
  }

  /** A copy of `length` bytes; undefined if they are not all RAM. */
  copyOut(gpa: bigint, length: number): Uint8Array | undefined {
    const pieces = this.slots.pieces(gpa, length);
    if (!pieces) return undefined;
    this.counts.bytesCopied += length;
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const piece of pieces) {
      bytes.set(this.#ram.copyOut(piece.hpa, piece.length), at);
      at += piece.length;
    }
    return bytes;
  }

  /** Whether `copyIn` would store that many bytes there. */
  takes(gpa: bigint, length: number): boolean {
    return this.slots.pieces(gpa, length)?.every((piece) => this.mayStore(piece.hpa, piece.length)) ?? false;
  }

  /** Stores `bytes`; false, and nothing is stored, if they would not all go to RAM that may be stored to. */
  copyIn(gpa: bigint, bytes: Uint8Array): boolean {
    const pieces = this.slots.pieces(gpa, bytes.length);
    if (!pieces?.every(({ hpa, length }) => this.mayStore(hpa, length))) return false;
    this.counts.bytesCopied += bytes.length;
    let at = 0;
    for (const piece of pieces) {
      this.#ram.copyIn(piece.hpa, bytes.subarray(at, at + piece.length));
      this.onStore?.(piece.hpa, piece.length);
      at += piece.length;
    }
    return true;
  }

  /** The guest's RAM as a walk of its page tables reads and marks it; a table that lies elsewhere is not there. */
  readonly pageTables: PteMemory = {
    read: (gpa) => {
      this.counts.ptesRead++;
      const at = this.#hostOfEntry(gpa);
      if (at === undefined) return undefined;
      const word = (at - this.#ram.base) / 4;
      return { low: this.#words[word], high: this.#words[word + 1] };
    },
    writeLow: (gpa, low) => {
      const at = this.#hostOfEntry(gpa);
      if (at !== undefined) this.#ram.write(at, 4, BigInt(low));
      return at !== undefined;
    },
  };

  /** An entry lies in one page; as numbers, addresses of entries are exact below 2^56. */
  #hostOfEntry(gpa: number): number | undefined {
    const within = gpa % PAGE_SIZE;
    const page = this.slots.hostPage((gpa - within) / PAGE_SIZE);
    return page === undefined ? undefined : page * PAGE_SIZE + within;
  }

  /** What the guest sees of its slots: stretches of RAM, lowest first, however the host cut them. */
  ranges(): { gpa: bigint; size: number }[] {
    const ranges: { gpa: bigint; size: number }[] = [];
    for (const { gpa, size } of this.slots) {
      const last = ranges.at(-1);
      if (last && last.gpa + BigInt(last.size) === gpa) last.size += size;
      else ranges.push({ gpa, size });
    }
    return ranges;
  }

  /** All of it, page after page in the guest's order, for snapshots. */
  pages(): Pages {
    const { bytes, base } = this.#ram;
    const hpas = [...this.slots].flatMap(({ hpa, size }) =>
      Array.from({ length: size / PAGE_SIZE }, (_, page) => hpa + page * PAGE_SIZE),
    );
    return {
      count: hpas.length,
      words: (page) => new Int32Array(bytes.buffer, bytes.byteOffset + hpas[page] - base, PAGE_SIZE / 4),
      write: (page, contents) => {
        this.#ram.copyIn(hpas[page], contents);
        this.onStore?.(hpas[page], PAGE_SIZE);
      },
    };
  }

  /** All zeros, as at power-on. */
  clear(): void {
    for (const { hpa, size } of this.slots) {
      this.#ram.fill(hpa, size);
      this.onStore?.(hpa, size);
    }
  }

  /** 64 bits in hexadecimal that depend on every byte of the guest's RAM: equal memories have equal digests. */
  digest(): string {
    let low = 0x811c9dc5;
    let high = 0x9dc5811c;
    for (const { hpa, size } of this.slots) {
      const offset = this.#ram.bytes.byteOffset + hpa - this.#ram.base;
      const words = new Uint32Array(this.#ram.bytes.buffer, offset, size / 4);
      for (let i = 0; i < words.length; i++) {
        low = Math.imul(low ^ words[i], 0x01000193);
        high = Math.imul(high + words[i] + (low >>> 15), 0x85ebca6b);
      }
    }
    return hex32(high) + hex32(low);
  }
}

const hex32 = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
