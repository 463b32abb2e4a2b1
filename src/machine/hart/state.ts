/** The architectural state of one hart as it lies in the shared memory: registers, pc, privilege and CSR slots (engine/layout.ts). */
import { HART, hartAt } from '../engine/layout';
import type { PhysicalMemory } from '../engine/memory';
import { decoderOf, type Decoder, type Isa } from '../isa';
import type { Privilege } from './privilege';

/** Reservation when LR has reserved nothing. */
export const NOTHING_RESERVED = -1n;

/**
 * Typed access to a hart's block. 64-bit values are unsigned bigints; `low` and `high` halves are there for the paths that
 * run at every trap, where 32-bit numbers are several times faster than bigints.
 */
export class HartState {
  readonly id: number;
  /** What this hart can do; `decode` knows just its instructions. */
  readonly isa: Isa;
  readonly decode: Decoder;
  readonly memory: PhysicalMemory;
  /** Linear address of this hart's block. */
  readonly base: number;
  /** x0..x31. Do not write x[0]: use setX, or slot TRASH. */
  readonly x: BigUint64Array;
  /** The same registers as two's complement. */
  readonly signedX: BigInt64Array;
  /** The whole memory, and the index of the first CSR slot in it: at hand, as they are used at every trap. */
  readonly #u32: Uint32Array;
  readonly #i32: Int32Array;
  readonly #csrs: number;
  /** f0..f31. */
  readonly f: BigUint64Array;

  constructor(memory: PhysicalMemory, id: number, isa: Isa) {
    this.id = id;
    this.isa = isa;
    this.decode = decoderOf(isa);
    this.memory = memory;
    this.base = hartAt(id);
    this.#u32 = memory.u32;
    this.#i32 = memory.i32;
    this.#csrs = (this.base + HART.CSR) >> 2;
    this.x = new BigUint64Array(memory.wasm.buffer, this.base + HART.X, 32);
    this.f = new BigUint64Array(memory.wasm.buffer, this.base + HART.F, 32);
    this.signedX = new BigInt64Array(memory.wasm.buffer, this.base + HART.X, 32);
  }

  /** Sets a register; a write to x0 does nothing. */
  setX(register: number, value: bigint): void {
    if (register !== 0) this.x[register] = value;
  }

  get pc(): bigint {
    return this.memory.u64[(this.base + HART.PC) >> 3];
  }
  set pc(address: bigint) {
    this.memory.u64[(this.base + HART.PC) >> 3] = address;
  }
  /** Moves pc by `bytes` without a bigint. */
  advance(bytes: number): void {
    const at = (this.base + HART.PC) >> 2;
    const low = this.#u32[at] + bytes;
    this.#u32[at] = low;
    if (low >= 2 ** 32) this.#u32[at + 1]++;
  }

  get privilege(): Privilege {
    return this.#i32[(this.base + HART.PRIVILEGE) >> 2] as Privilege;
  }
  /** The virtualization mode V: the running code is a guest. */
  get inGuest(): boolean {
    return this.#i32[(this.base + HART.VIRTUAL) >> 2] === 1;
  }
  protected storeMode(privilege: Privilege, inGuest: boolean): void {
    this.#i32[(this.base + HART.PRIVILEGE) >> 2] = privilege;
    this.#i32[(this.base + HART.VIRTUAL) >> 2] = inGuest ? 1 : 0;
  }

  /** Instructions that the running slice may still begin. */
  get budget(): number {
    return this.#i32[(this.base + HART.BUDGET) >> 2];
  }
  set budget(instructions: number) {
    this.#i32[(this.base + HART.BUDGET) >> 2] = instructions;
  }

  /** Interrupts that devices and timers hold pending, as bits of mip. */
  get lines(): number {
    return this.#i32[(this.base + HART.LINES) >> 2];
  }
  set lines(pending: number) {
    this.#i32[(this.base + HART.LINES) >> 2] = pending;
  }

  /** The wire of one interrupt (3, 7, 9 or 11: a bit of mip) from a device. */
  setInterrupt(cause: number, level: boolean): void {
    this.lines = level ? this.lines | (1 << cause) : this.lines & ~(1 << cause);
  }

  /** Physical address reserved by LR, or NOTHING_RESERVED. */
  get reservation(): bigint {
    return this.memory.i64[(this.base + HART.RESERVATION) >> 3];
  }
  set reservation(address: bigint) {
    this.memory.i64[(this.base + HART.RESERVATION) >> 3] = address;
  }

  /** The slot of a CSR, unsigned. What it means is the CSR row's business. */
  slot(csr: number): bigint {
    return this.memory.u64[(this.#csrs >> 1) + csr];
  }
  setSlot(csr: number, value: bigint): void {
    this.memory.u64[(this.#csrs >> 1) + csr] = value;
  }
  /** Bits 31..0 of a CSR's slot, unsigned. */
  low(csr: number): number {
    return this.#u32[this.#csrs + 2 * csr];
  }
  setLow(csr: number, value: number): void {
    this.#u32[this.#csrs + 2 * csr] = value;
  }
  /** Bits 63..32 of a CSR's slot, unsigned. */
  high(csr: number): number {
    return this.#u32[this.#csrs + 2 * csr + 1];
  }
  setHigh(csr: number, value: number): void {
    this.#u32[this.#csrs + 2 * csr + 1] = value;
  }

  /** A half of a CSR's slot, by 2 * number for the low one, 2 * number + 1 for the high one. */
  word(half: number): number {
    return this.#u32[this.#csrs + half];
  }
  setWord(half: number, value: number): void {
    this.#u32[this.#csrs + half] = value;
  }

  /** pc = slot of `csr`, without a bigint. */
  pcFrom(csr: number): void {
    const at = (this.base + HART.PC) >> 2;
    this.#u32[at] = this.low(csr);
    this.#u32[at + 1] = this.high(csr);
  }
  /** Clears the two lowest bits of pc: the MODE field of xtvec, after pcFrom. */
  pcAlign(): void {
    this.#u32[(this.base + HART.PC) >> 2] &= ~3;
  }
  /** Slot of `csr` = pc, without a bigint. */
  pcTo(csr: number): void {
    const at = (this.base + HART.PC) >> 2;
    this.setLow(csr, this.#u32[at]);
    this.setHigh(csr, this.#u32[at + 1]);
  }
}
