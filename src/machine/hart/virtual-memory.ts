/** Loads, stores, atomics and fetches at virtual addresses, as instructions make them: aligned or not, within a page or across two. */
import { signedOf, unsigned } from '../bits';
import { HART } from '../engine/layout';
import type { PhysicalMemory } from '../engine/memory';
import type { Width } from '../isa/row';
import type { Mmu } from '../mmu/translate';
import type { View } from '../mmu/view';
import { PAGE_SIZE } from '../mmu/pte';
import { ACCESS_FAULT, Exception, Trap, type Access } from './cause';
import type { PhysicalBus } from './ports';
import { NOTHING_RESERVED, type HartState } from './state';

/** Above this nothing answers; below it numbers are exact. */
const HIGHEST_ADDRESS = 2 ** 53;

/**
 * `view`: with whose eyes; by default those of the running mode's loads and stores.
 * All methods throw Trap with the faulting virtual address. Misaligned loads and stores are done by hardware, in RAM only;
 * across two pages, both are translated before anything is written. Atomics must be aligned and in RAM.
 */
export class VirtualMemory {
  readonly #hart: HartState;
  readonly #memory: PhysicalMemory;
  readonly #bus: PhysicalBus;
  readonly #mmu: Mmu;

  constructor(hart: HartState, memory: PhysicalMemory, bus: PhysicalBus, mmu: Mmu) {
    this.#hart = hart;
    this.#memory = memory;
    this.#bus = bus;
    this.#mmu = mmu;
  }

  /** The physical address of `size` bytes within one page. */
  translate(address: bigint, size: number, access: Access, view = this.#mmu.viewFor(access)): number {
    const { u32, u64 } = this.#memory;
    const at = this.#hart.base + HART.ADDRESS; // a 64-bit store and two 32-bit loads split a bigint fastest
    u64[at >> 3] = address;
    const physical = this.#mmu.find(u32[at >> 2], u32[(at >> 2) + 1], size, access, view);
    if (physical < 0) throw this.#mmu.trapFor(-physical, unsigned(address));
    return physical;
  }

  /** `width` bytes, zero-extended. */
  load(address: bigint, width: Width, view = this.#mmu.viewFor('load')): bigint {
    const first = bytesInPage(address);
    if (width <= first) {
      const physical = this.translate(address, width, 'load', view);
      const at = this.#memory.linear(physical, width);
      return at >= 0 ? this.#memory.read(at, width) : this.#loadFromBus(physical, width, address, view);
    }
    const [low, high] = this.#twoPages(address, first, width, 'load', view);
    return this.#memory.read(low, first) | (this.#memory.read(high, width - first) << BigInt(8 * first));
  }

  /** Stores the low `width` bytes of `value`. */
  store(address: bigint, width: Width, value: bigint, view = this.#mmu.viewFor('store')): void {
    const first = bytesInPage(address);
    if (width <= first) {
      const physical = this.translate(address, width, 'store', view);
      const at = this.#memory.linear(physical, width);
      if (at >= 0) this.#memory.write(at, width, value);
      else this.#storeToBus(physical, width, BigInt.asUintN(8 * width, value), address, view);
      return;
    }
    const [low, high] = this.#twoPages(address, first, width, 'store', view);
    this.#memory.write(low, first, value);
    this.#memory.write(high, width - first, value >> BigInt(8 * first));
  }

  /** The 16 or 32 bits of the instruction at `pc`. */
  fetch(pc: bigint): number {
    const physical = this.translate(pc, 2, 'fetch');
    const low = this.#parcel(physical);
    if (low === undefined) throw accessFault('fetch', pc, this.#mmu.viewFor('fetch'));
    if ((low & 3) !== 3) return low;
    const samePage = (physical & (PAGE_SIZE - 1)) !== PAGE_SIZE - 2;
    const next = samePage ? physical + 2 : this.translate(pc + 2n, 2, 'fetch');
    const high = !samePage || this.#mmu.allows(next, 2, 'fetch') ? this.#parcel(next) : undefined;
    if (high === undefined) throw accessFault('fetch', pc + 2n, this.#mmu.viewFor('fetch'));
    return (low | (high << 16)) >>> 0;
  }

  /** LR: the value, sign-extended; reserves the bytes. */
  loadReserved(address: bigint, width: 4 | 8): bigint {
    const { physical, at } = this.#atomic(address, width, 'load', Exception.loadAddressMisaligned);
    this.#hart.reservation = BigInt(physical);
    return signedOf(this.#memory.read(at, width), 8 * width);
  }

  /** SC: stores if the bytes are still reserved, and says whether it did. Faults like a store even if they are not. */
  storeConditional(address: bigint, width: 4 | 8, value: bigint): boolean {
    const { physical, at } = this.#atomic(address, width, 'store', Exception.storeAddressMisaligned);
    const reserved = this.#hart.reservation === BigInt(physical);
    this.#hart.reservation = NOTHING_RESERVED;
    if (reserved) this.#memory.write(at, width, value);
    return reserved;
  }

  /** AMO: stores `update(old)` and gives the old value, sign-extended. Any fault is a store's. */
  modify(address: bigint, width: 4 | 8, update: (old: bigint) => bigint): bigint {
    const { at } = this.#atomic(address, width, 'store', Exception.storeAddressMisaligned);
    const old = signedOf(this.#memory.read(at, width), 8 * width);
    this.#memory.write(at, width, update(old));
    return old;
  }

  /** Both pages of a misaligned access, as linear addresses; they must be RAM. A fault reports the page that caused it. */
  #twoPages(address: bigint, first: number, width: number, access: Access, view: View): [number, number] {
    const next = unsigned(address + BigInt(first));
    const low = this.translate(address, first, access, view);
    const high = this.translate(next, width - first, access, view);
    return [this.#inRam(low, first, access, address, view), this.#inRam(high, width - first, access, next, view)];
  }

  #inRam(physical: number, size: number, access: Access, address: bigint, view: View): number {
    const at = this.#memory.linear(physical, size);
    if (at < 0) throw accessFault(access, address, view);
    return at;
  }

  #atomic(address: bigint, width: 4 | 8, access: Access, misaligned: number): { physical: number; at: number } {
    const view = this.#mmu.viewFor(access);
    if (address & BigInt(width - 1)) throw faultAt(misaligned, address, view);
    const physical = this.translate(address, width, access, view);
    return { physical, at: this.#inRam(physical, width, access, address, view) };
  }

  #loadFromBus(physical: number, width: Width, address: bigint, view: View): bigint {
    const value = isForBus(physical, width) ? this.#bus.load(physical, width) : undefined;
    if (value === undefined) throw accessFault('load', address, view);
    return value;
  }

  #storeToBus(physical: number, width: Width, value: bigint, address: bigint, view: View): void {
    if (!isForBus(physical, width) || !this.#bus.store(physical, width, value))
      throw accessFault('store', address, view);
  }

  /** 16 bits of code, if there is executable memory. */
  #parcel(physical: number): number | undefined {
    const at = this.#memory.linear(physical, 2);
    if (at >= 0) return this.#memory.u16[at >> 1];
    return isForBus(physical, 2) ? this.#bus.fetch(physical) : undefined;
  }
}

const bytesInPage = (address: bigint): number => PAGE_SIZE - Number(address & 0xfffn);

const isForBus = (physical: number, width: number): boolean => physical % width === 0 && physical < HIGHEST_ADDRESS;

const faultAt = (cause: number, address: bigint, { guest }: View): Trap =>
  new Trap(cause, unsigned(address), { gva: guest, tval2: 0n });

const accessFault = (access: Access, address: bigint, view: View): Trap => faultAt(ACCESS_FAULT[access], address, view);
