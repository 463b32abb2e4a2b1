/**
 * Shadow page tables: what the real hart walks while a guest runs, composed from the guest's table and the memory slots.
 *
 * The simplest scheme that is correct. Entries appear when the guest first needs them, and all of them are thrown away when
 * the guest says that its table changed (sfence.vma, satp): exactly what a TLB does, only in memory.
 */
import { PteBit, type Pte, type Ram } from '#machine';
import type { FrameAllocator } from './frames';
import type { View } from './guest-walk';
import { PAGE_SIZE } from './slots';

/** The hart walks Sv57 tables here: their 57 bits hold every address of a guest in Sv39, Sv48 or Sv57, and untranslated ones up to 2^56. */
const MODE = 10n << 60n;
const LEVELS = 5;
const PPN_AT = 10n;

export class Shadow {
  /** Goes up when entries that the hart may have cached are gone or changed: its TLB must be flushed before it runs on. */
  generation = 0;
  readonly #frames: FrameAllocator;
  readonly #ram: Ram;
  readonly #limit: number;
  /** Every frame in use, to give all of them back at once. */
  #used: number[] = [];
  /** The root table of each view that the guest has had since the last flush. */
  #roots = new Map<number, number>();

  /** Uses at most `limit` frames at a time (64 or more, so that one instruction's pages always fit). */
  constructor(frames: FrameAllocator, ram: Ram, limit: number) {
    this.#frames = frames;
    this.#ram = ram;
    this.#limit = limit;
  }

  /**
   * Host-physical address of the root table for a view. Each view has its own: the guest's kernel and its user program run
   * in the same real mode, so only the table can tell what either may touch.
   */
  root(view: View): number {
    const key = keyOf(view);
    const known = this.#roots.get(key);
    if (known !== undefined) return known;
    const root = this.#table() ?? this.#startOver();
    this.#roots.set(key, root);
    return root;
  }

  /** What satp must hold for a view. */
  satp(view: View): bigint {
    return MODE | BigInt(this.root(view) / PAGE_SIZE);
  }

  /** Maps the page of `gva` to the host page `hpa` with the permissions PteBit.R, W and X in `rights`. */
  map(view: View, gva: bigint, hpa: number, rights: number): void {
    // U because both of the guest's modes are U-mode to the hart. A and D are set: the guest's own A and D bits are the ones that count.
    const leaf = entryFor(hpa, rights | PteBit.V | PteBit.U | PteBit.A | PteBit.D);
    if (this.#enter(view, gva, leaf)) return;
    this.flush(); // out of frames: begin again with what is needed now
    this.#enter(view, gva, leaf);
  }

  /** Forgets everything and gives the frames back. */
  flush(): void {
    for (const frame of this.#used) this.#frames.free(frame);
    this.#used = [];
    this.#roots.clear();
    this.generation++;
  }

  /** Writes a leaf, with the tables above it; false if there are not enough frames. */
  #enter(view: View, gva: bigint, leaf: bigint): boolean {
    let table = this.root(view);
    for (let level = LEVELS - 1; level > 0; level--) {
      const at = entryAddress(table, gva, level);
      const entry = this.#ram.read(at, 8);
      const next = entry === 0n ? this.#table() : addressIn(entry);
      if (next === undefined) return false;
      if (entry === 0n) this.#ram.write(at, 8, entryFor(next, PteBit.V));
      table = next;
    }
    const at = entryAddress(table, gva, 0);
    if (this.#ram.read(at, 8) !== 0n) this.generation++;
    this.#ram.write(at, 8, leaf);
    return true;
  }

  /** An empty table, or undefined if the limit is reached. */
  #table(): number | undefined {
    const frame = this.#used.length < this.#limit ? this.#frames.allocate() : undefined;
    if (frame === undefined) return undefined;
    this.#used.push(frame);
    this.#ram.fill(frame, PAGE_SIZE, 0);
    return frame;
  }

  #startOver(): number {
    this.flush();
    const root = this.#table();
    if (root === undefined) throw new Error('a shadow has no frame for its root: the host gave it too little memory');
    return root;
  }
}

/**
 * What a guest's leaf allows in a view, as PteBit.R, W and X. Writing waits for the guest's D bit: as long as it is clear,
 * a store has to come to us, so that we can set it.
 */
export function rightsOf({ low }: Pte, view: View): number {
  const userPage = (low & PteBit.U) !== 0;
  const kernelOnUserPage = view.mode === 'S' && userPage;
  if (view.mode === 'U' ? !userPage : kernelOnUserPage && !view.sum) return 0;
  const readable = low & PteBit.R || (view.mxr && low & PteBit.X) ? PteBit.R : 0;
  const writable = low & PteBit.D ? low & PteBit.W : 0;
  const executable = kernelOnUserPage ? 0 : low & PteBit.X;
  return readable | writable | executable;
}

/** A number for each view; SUM means nothing in user mode. */
const keyOf = ({ mode, sum, mxr }: View): number =>
  (mode === 'S' ? 4 : 0) + (mode === 'S' && sum ? 2 : 0) + (mxr ? 1 : 0);

const entryAddress = (table: number, gva: bigint, level: number): number =>
  table + Number((gva >> BigInt(12 + 9 * level)) & 511n) * 8;

const entryFor = (hpa: number, bits: number): bigint => (BigInt(hpa / PAGE_SIZE) << PPN_AT) | BigInt(bits);

const addressIn = (entry: bigint): number => Number(entry >> PPN_AT) * PAGE_SIZE;
