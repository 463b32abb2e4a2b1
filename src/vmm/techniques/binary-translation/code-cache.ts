/** The translation cache of one VCPU: blocks one behind the other in host memory, the jumps between them, and a table for jumps to registers. */
import type { Ram } from '#machine';
import type { Block, BlockCode, CodePage } from './block';
import { bits, constant, EBREAK, jumpBy, restore, spill } from './encoding';
import { CacheAt, Float, ONCE_BYTES, SLOT_BYTES, SLOTS, T0, T1, T2 } from './layout';

/** t0 = where to (bit 0 counts for nothing), the guest's t0 is saved: to the slot for it, t1 and t2 saved too. */
const INDIRECT: readonly number[] = [
  spill(Float.t1, T1),
  spill(Float.t2, T2),
  bits('andi', { rd: T0, rs1: T0, imm: -2 }),
  bits('andi', { rd: T1, rs1: T0, imm: 2 * (SLOTS - 1) }),
  bits('slli', { rd: T1, rs1: T1, imm: Math.log2(SLOT_BYTES / 2) }),
  bits('auipc', { rd: T2, imm: CacheAt.slots - CacheAt.indirect }),
  bits('add', { rd: T2, rs1: T2, rs2: T1 }),
  bits('jalr', { rd: 0, rs1: T2, imm: -5 * 4 }), // the auipc is the sixth
];

export class CodeCache {
  /** Goes up when everything is forgotten: so often has that happened. */
  generation = 0;
  readonly #ram: Ram;
  /** Host-physical address, and size in bytes. */
  readonly #at: number;
  readonly #size: number;
  readonly #blocks = new Map<bigint, Block>();
  /** In the order in which they lie; those that were dropped too. */
  #placed: Block[] = [];
  #once: Block | undefined;
  /** By slot: the block that it leads to. */
  readonly #slots = new Map<number, Block>();
  #next: number = CacheAt.blocks;

  /** `size` bytes of zeros from host-physical `at` on: whole pages, at least 96 KiB. */
  constructor(ram: Ram, at: number, size: number) {
    this.#ram = ram;
    this.#at = at;
    this.#size = size;
    this.#write(CacheAt.indirect, INDIRECT);
    this.#write(CacheAt.miss, [EBREAK]);
  }

  /** Whether a jump to a register came out here because the cache does not know its block: in a slot that leads nowhere, or in another's. */
  static isMiss(offset: number): boolean {
    return offset === CacheAt.miss || (offset >= CacheAt.slots && offset < CacheAt.indirect);
  }

  /** The block for the guest's code from here on, if there is one. */
  get(pc: bigint): Block | undefined {
    return this.#blocks.get(pc);
  }

  /** Where the next block will be: there is room for `ONCE_BYTES` at least, if necessary because everything is forgotten. */
  room(): number {
    if (this.#next + ONCE_BYTES > this.#onceAt) this.flush();
    return this.#next;
  }

  get #onceAt(): number {
    return this.#size - ONCE_BYTES;
  }

  /** Where code goes that is used once and forgotten. */
  roomForOnce(): number {
    return this.#onceAt;
  }

  /** Puts a block where `room` or `roomForOnce` said. */
  place({ bytes, ...code }: BlockCode, pc: bigint, start: number, pages: readonly CodePage[]): Block {
    const block: Block = { ...code, pc, start, pages, incoming: new Set() };
    this.#ram.copyIn(this.#at + start, bytes);
    if (start === this.#onceAt) this.#once = block;
    else {
      this.#next = start + Math.ceil(bytes.length / 4) * 4;
      this.#placed.push(block);
      this.#blocks.set(pc, block);
    }
    return block;
  }

  /** The block whose code is at this offset, one that was dropped too. */
  blockAt(offset: number): Block {
    if (offset >= this.#onceAt && this.#once) return this.#once;
    // By halves: this is asked at every exit, and a guest decides how many blocks there are.
    let [first, behind] = [0, this.#placed.length];
    while (behind - first > 1) {
      const middle = (first + behind) >> 1;
      if (this.#placed[middle].start <= offset) first = middle;
      else behind = middle;
    }
    const found: Block | undefined = this.#placed[first];
    if (!found || found.start > offset) throw new Error(`no translated code lies ${offset} bytes into the cache`);
    return found;
  }

  /** From now on the exit at this offset, which was an ebreak, leads to `block` by itself. */
  link(offset: number, block: Block): void {
    this.#write(offset, [jumpBy(block.start - offset)]);
    block.incoming.add(offset);
  }

  /** From now on jumps to registers find `block` by themselves. */
  remember(block: Block): void {
    const slot = Number(block.pc >> 1n) & (SLOTS - 1);
    const offset = CacheAt.slots + SLOT_BYTES * slot;
    const tag = constant(T1, block.pc);
    const at = (words: number): number => offset + 4 * (tag.length + words);
    this.#write(offset, [
      ...tag,
      bits('beq', { rs1: T0, rs2: T1, imm: 8 }),
      jumpBy(CacheAt.miss - at(1)),
      restore(T2, Float.t2),
      restore(T1, Float.t1),
      restore(T0, Float.t0),
      jumpBy(block.start - at(5)),
    ]);
    this.#slots.set(slot, block);
  }

  /** Nothing leads to the block any more. Who is in it at the moment may stay until it leaves. */
  drop(block: Block): void {
    if (this.#blocks.get(block.pc) !== block) return;
    this.#blocks.delete(block.pc);
    for (const offset of block.incoming) this.#write(offset, [EBREAK]);
    block.incoming.clear();
    for (const [slot, remembered] of this.#slots) if (remembered === block) this.#clearSlot(slot);
  }

  /** Forgets everything. */
  flush(): void {
    this.generation++;
    this.#blocks.clear();
    this.#placed = [];
    for (const slot of this.#slots.keys()) this.#clearSlot(slot);
    this.#next = CacheAt.blocks;
  }

  /** Zeros are no instruction (Unprivileged, "Base Instruction-Length Encoding"): they trap, and cost no memory until they are used. */
  #clearSlot(slot: number): void {
    this.#write(CacheAt.slots + SLOT_BYTES * slot, [0]);
    this.#slots.delete(slot);
  }

  #write(offset: number, words: readonly number[]): void {
    this.#ram.copyIn(this.#at + offset, new Uint8Array(Uint32Array.from(words).buffer));
  }
}
