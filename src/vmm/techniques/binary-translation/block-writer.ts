/** Writes the host code of one block: what the part `binaryTranslator` asks for, the count at its head, and the ways out at its end. */
import { encode } from '#machine';
import type { BlockWriter, GuestInstruction, ServedCsr } from '../../parts';
import type { BlockCode, BlockExit, Mark, PlacedSite, Site } from './block';
import { bits, constant, EBREAK, jumpBy, restore, spill } from './encoding';
import { CacheAt, Float, T0 } from './layout';

const SIE = 2;

/** left -= count; to the site 'short' if fewer than that are left. As many instructions as HEAD_BYTES / 4. */
const head = (count: number, toShort: number): number[] => [
  spill(Float.t0, T0),
  restore(T0, Float.left),
  bits('addi', { rd: T0, rs1: T0, imm: -count }),
  bits('blt', { rs1: T0, rs2: 0, imm: toShort }),
  spill(Float.left, T0),
  restore(T0, Float.t0),
];
const HEAD_BYTES = 24;
const SHORT_BRANCH_AT = 12;

/** left += count: that many instructions of the block are not executed. */
const refund = (count: number): number[] => [
  spill(Float.t0, T0),
  restore(T0, Float.left),
  bits('addi', { rd: T0, rs1: T0, imm: count }),
  spill(Float.left, T0),
  restore(T0, Float.t0),
];

interface Word {
  bits: number;
  readonly length: 2 | 4;
}

/** A conditional way out, whose code comes behind all others. */
interface SideExit {
  /** The branch that leads there, and the offset of that. */
  readonly branch: Word;
  readonly from: number;
  readonly at: GuestInstruction;
  readonly target: bigint;
  /** Guest instructions of the block up to the branch. */
  readonly executed: number;
}

export class BlockCodeWriter implements BlockWriter {
  /** Offset in the cache. */
  readonly #start: number;
  readonly #isFollowed: boolean;
  readonly #words: Word[] = [];
  readonly #sites: PlacedSite[] = [];
  readonly #marks: Mark[] = [];
  readonly #sideExits: SideExit[] = [];
  readonly #rewritten: GuestInstruction[] = [];
  #offset = HEAD_BYTES;
  #count = 0;
  #guestBytes = 0;
  #ended = false;

  /** `start`: where in the cache the code will be. `isFollowed`: somebody wants the block's marks. */
  constructor(start: number, isFollowed: boolean) {
    this.#start = start;
    this.#isFollowed = isFollowed;
  }

  // What the part asks for

  copy(at: GuestInstruction): void {
    this.#begin(at);
    this.#mark(at);
    this.#put(at.word, at.instruction?.length ?? 4);
  }

  callOut(at: GuestInstruction): void {
    this.#begin(at, true);
    this.#put(EBREAK);
    this.#rewritten.push(at);
  }

  constant(at: GuestInstruction, value: bigint): void {
    this.#rewrite(at, value, [...constant(rd(at), value)]);
  }

  readVirtual(at: GuestInstruction, csr: ServedCsr): void {
    this.#rewrite(at, undefined, [restore(rd(at), Float[csr])]);
  }

  swapScratch(at: GuestInstruction): void {
    const words = [spill(Float.t1, rs1(at))];
    if (rd(at) !== 0) words.push(restore(rd(at), Float.sscratch));
    words.push(bits('fsgnj.d', { fd: Float.sscratch, fs1: Float.t1, fs2: Float.t1 }));
    this.#rewrite(at, undefined, words);
  }

  disableInterrupts(at: GuestInstruction): void {
    this.#rewrite(at, undefined, [
      spill(Float.t0, T0),
      restore(T0, Float.sstatus),
      spill(Float.t1, T0),
      bits('andi', { rd: T0, rs1: T0, imm: ~SIE }),
      spill(Float.sstatus, T0),
      restore(T0, Float.t0),
      restore(rd(at), Float.t1),
    ]);
  }

  branch(at: GuestInstruction, target: bigint): void {
    this.#begin(at);
    this.#mark(at);
    const from = this.#offset;
    const branch = this.#put(0);
    this.#sideExits.push({ branch, from, at, target, executed: this.#count });
    this.#rewritten.push(at);
  }

  jump(at: GuestInstruction, target: bigint): void {
    this.#begin(at);
    if (rd(at) !== 0) {
      const link = behind(at);
      this.#mark(at, link);
      this.#putAll(constant(rd(at), link));
    }
    this.#rewritten.push(at);
    this.#exit({ target, completes: rd(at) === 0 ? at : undefined });
    this.#ended = true;
  }

  jumpToRegister(at: GuestInstruction): void {
    this.#begin(at);
    const link = behind(at);
    this.#mark(at, link);
    this.#put(spill(Float.t0, T0));
    this.#put(bits('addi', { rd: T0, rs1: rs1(at), imm: at.instruction!.imm }));
    if (rd(at) === T0) {
      // The link is the guest's t0 from now on.
      this.#putAll([spill(Float.t1, T0), ...constant(T0, link), spill(Float.t0, T0), restore(T0, Float.t1)]);
    } else if (rd(at) !== 0) this.#putAll(constant(rd(at), link));
    this.#put(jumpBy(CacheAt.indirect - (this.#start + this.#offset)));
    this.#rewritten.push(at);
    this.#ended = true;
  }

  // The whole of it

  /** Guest instructions so far. */
  get count(): number {
    return this.#count;
  }

  /** The block goes on at `next` where it has no other end. */
  finish(next: bigint): BlockCode {
    if (!this.#ended) this.#exit({ target: next });
    for (const side of this.#sideExits) this.#sideExit(side);
    const short = this.#offset;
    this.#site({ kind: 'short' });
    this.#putAll([restore(T0, Float.t0), EBREAK]);
    return {
      bytes: this.#bytes(head(this.#count, short - SHORT_BRANCH_AT)),
      count: this.#count,
      guestBytes: this.#guestBytes,
      rewritten: this.#rewritten,
      sites: this.#sites,
      marks: this.#marks,
    };
  }

  #sideExit({ branch, from, at, target, executed }: SideExit): void {
    const { row, rs1, rs2 } = at.instruction!;
    branch.bits = encode(row, { rs1, rs2, imm: this.#offset - from });
    if (executed < this.#count) this.#putAll(refund(this.#count - executed));
    this.#exit({ target });
  }

  #exit(exit: BlockExit): void {
    this.#site({ kind: 'exit', exit });
    if (exit.completes) this.#mark(exit.completes);
    this.#put(EBREAK);
  }

  #rewrite(at: GuestInstruction, value: bigint | undefined, words: readonly number[]): void {
    this.#begin(at);
    this.#rewritten.push(at);
    this.#putAll(words.slice(0, -1));
    this.#mark(at, value);
    this.#put(words[words.length - 1]);
  }

  #begin(at: GuestInstruction, callOut = false): void {
    this.#site({ kind: 'instruction', at, index: this.#count, callOut });
    this.#count++;
    this.#guestBytes += (at.word & 3) === 3 ? 4 : 2;
  }

  #site(site: Site): void {
    this.#sites.push({ from: this.#offset, site });
  }

  /** The guest's instruction completes with the host's that is put next. */
  #mark(at: GuestInstruction, value?: bigint): void {
    if (this.#isFollowed) this.#marks.push({ offset: this.#offset, at, value });
  }

  #put(word: number, length: 2 | 4 = 4): Word {
    const put = { bits: word, length };
    this.#words.push(put);
    this.#offset += length;
    return put;
  }

  #putAll(words: readonly number[]): void {
    for (const word of words) this.#put(word);
  }

  #bytes(first: readonly number[]): Uint8Array {
    const view = new DataView(new ArrayBuffer(this.#offset));
    let at = 0;
    for (const { bits: word, length } of [...first.map((each) => ({ bits: each, length: 4 })), ...this.#words]) {
      if (length === 2) view.setUint16(at, word, true);
      else view.setUint32(at, word, true);
      at += length;
    }
    return new Uint8Array(view.buffer);
  }
}

const rd = ({ instruction }: GuestInstruction): number => instruction!.rd;
const rs1 = ({ instruction }: GuestInstruction): number => instruction!.rs1;
const behind = ({ pc, instruction }: GuestInstruction): bigint => BigInt.asUintN(64, pc + BigInt(instruction!.length));
