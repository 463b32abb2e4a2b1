/**
 * Binary translation: the guest's user programs run directly, its kernel never does. What runs in its place is translated code, in
 * which nothing sensitive is left. To the rest of the hypervisor it looks as if the real hart had trapped wherever it should.
 */
import type { Hart, RetireEvent } from '#machine';
import { CSR_NUMBERS, Exception } from '#machine';
import type { GuestInstruction } from '../../parts';
import type { GuestTrap } from '../../vcpu';
import type { Came, HostHart } from '../host-hart';
import { siteAt, type Block } from './block';
import { CodeCache } from './code-cache';
import type { CachePlace } from './cache-place';
import { pageOf, type CodePages } from './code-pages';
import { Entered, type TranslatedGuest } from './entered';
import { CacheAt, Float, SERVED, T0, T1, T2 } from './layout';
import type { Translations } from './translations';

export interface TranslatingHartOptions {
  readonly host: HostHart;
  /** The same, for its floating-point registers. */
  readonly hart: Hart;
  readonly cache: CodeCache;
  readonly place: CachePlace;
  readonly translations: Translations;
  readonly pages: CodePages;
}

/** How translated code came out: where the guest is, is in its pc. `left` counts an instruction that trapped as begun. */
interface CameOut {
  readonly left: number;
  readonly trap?: GuestTrap;
}

const { sstatus, sepc } = CSR_NUMBERS;
/** sstatus.FS = Dirty: floating-point registers can be used, and nobody has to be told. */
const FLOATS_ON = 3n << 13n;
/** Host instructions of one entry. Translated code comes out by its own count long before. */
const MANY = 2 ** 31;
/** The longest store of this hart's. */
const STORE_BYTES = 8;
/** A store reaches into two pages at most. */
const MOST_PAGES = 2;

export class TranslatingHart {
  readonly #host: HostHart;
  readonly #hart: Hart;
  readonly #cache: CodeCache;
  readonly #place: CachePlace;
  readonly #translations: Translations;
  readonly #pages: CodePages;
  #entered: Entered | undefined;
  /** The way by which translated code came out last, for the next block to be joined to: an exit, or a jump to a register. */
  #from: { readonly generation: number; readonly target: bigint; readonly exitAt?: number } | undefined;

  constructor({ host, hart, cache, place, translations, pages }: TranslatingHartOptions) {
    this.#host = host;
    this.#hart = hart;
    this.#cache = cache;
    this.#place = place;
    this.#translations = translations;
    this.#pages = pages;
  }

  /** Runs `guest`, always the same, for at most `budget` instructions of its own. */
  run(guest: TranslatedGuest, budget: number): Came {
    this.#entered ??= new Entered(guest, (event) => this.#retired(guest, event));
    this.#entered.keepsReservation = guest.keepsReservation;
    return guest.virtual.mode === 'U' ? this.#direct(guest, budget) : this.#translated(guest, budget);
  }

  // The guest's user programs

  #direct(guest: TranslatedGuest, budget: number): Came {
    let left = budget;
    for (;;) {
      let came = this.#directly(guest, left);
      if (came.trap && this.#storeToCode(guest, came.trap)) {
        left -= came.begun - 1;
        came = this.#store(guest, came.trap, () => this.#directly(guest, 1));
        left -= came.begun;
        if (!came.trap && left > 0) continue;
        return { begun: budget - left, trap: came.trap };
      }
      return { begun: budget - left + came.begun, trap: came.trap };
    }
  }

  #directly(guest: TranslatedGuest, budget: number): Came {
    const { csr } = guest.virtual;
    // What leaks to the guest's user mode is the guest's own; and without F, its user programs have no F either.
    this.#hart.csr.write(sstatus, csr.sstatus & ~FLOATS_ON);
    this.#hart.csr.write(sepc, csr.sepc);
    const entered = this.#entered!;
    entered.pc = guest.pc;
    const came = this.#host.run(entered, budget);
    entered.keepsReservation = true;
    guest.pc = entered.pc;
    return came;
  }

  // The guest's kernel

  #translated(guest: TranslatedGuest, budget: number): Came {
    this.#translations.revalidate(guest);
    let left = budget;
    while (left > 0) {
      const found = this.#translations.find(guest, guest.pc, left);
      if (!found.block) return { begun: budget - left + 1, trap: found.fault };
      this.#join(guest, found.block);
      const out = this.#execute(guest, found.block, left);
      left = out.left;
      if (!out.trap) continue;
      const { trap } = this.#storeToCode(guest, out.trap) ? this.#store(guest, out.trap, () => this.#once(guest)) : out;
      if (trap) return { begun: budget - left, trap };
    }
    return { begun: budget };
  }

  /** One instruction of the guest's kernel, by a block that is not kept. */
  #once(guest: TranslatedGuest): Came {
    const found = this.#translations.once(guest, guest.pc, 1);
    return { begun: 1, trap: found.block ? this.#execute(guest, found.block, 1).trap : found.fault };
  }

  /** The next time, control gets from where it came out to `block` by itself. */
  #join({ vm }: TranslatedGuest, block: Block): void {
    const from = this.#from;
    this.#from = undefined;
    const isKept = this.#cache.get(block.pc) === block;
    if (from?.generation !== this.#cache.generation || from.target !== block.pc || !isKept) return;
    if (from.exitAt === undefined) this.#cache.remember(block);
    else this.#cache.link(from.exitAt, block);
    vm.counters.blocksJoined++;
  }

  #execute(guest: TranslatedGuest, block: Block, left: number): CameOut {
    const { f, csr } = this.#hart;
    const virtual = guest.virtual.csr;
    if ((csr.read(sstatus) & FLOATS_ON) !== FLOATS_ON) csr.write(sstatus, FLOATS_ON);
    f[Float.left] = BigInt(left);
    for (const name of SERVED) f[Float[name]] = virtual[name];
    const trap = this.#runCache(guest, block);
    if (virtual.sstatus !== f[Float.sstatus]) virtual.sstatus = f[Float.sstatus];
    if (virtual.sscratch !== f[Float.sscratch]) virtual.sscratch = f[Float.sscratch];
    return this.#cameOut(guest, trap);
  }

  /** Runs in the cache from `block` on until a trap. */
  #runCache({ space, view }: TranslatedGuest, block: Block): GuestTrap {
    const entered = this.#entered!;
    this.#place.enter(space.tables, space.root(view));
    entered.pc = this.#place.addressOf(block.start);
    for (;;) {
      const { trap } = this.#host.run(entered, MANY);
      entered.keepsReservation = true;
      if (trap) return trap;
    }
  }

  /** From the host's pc to the guest's, and what has happened. */
  #cameOut(guest: TranslatedGuest, trap: GuestTrap): CameOut {
    const offset = this.#place.offsetOf(this.#entered!.pc);
    if (offset === undefined) throw new Error('translated code has left its cache');
    const left = Number(BigInt.asIntN(64, this.#hart.f[Float.left]));
    if (CodeCache.isMiss(offset)) return this.#missed(guest, left);
    const block = this.#cache.blockAt(offset);
    const site = siteAt(block, offset - block.start);
    switch (site.kind) {
      case 'short':
        guest.pc = block.pc;
        return { left };
      case 'exit':
        guest.pc = site.exit.target;
        if (site.exit.completes) this.#completed(guest, site.exit.completes);
        if (this.#cache.get(block.pc) === block)
          this.#from = { generation: this.#cache.generation, target: guest.pc, exitAt: offset };
        return { left };
      case 'instruction':
        guest.pc = site.at.pc;
        return {
          left: left + block.count - site.index - 1,
          trap: site.callOut ? { cause: Exception.illegalInstruction, tval: BigInt(site.at.word) } : trap,
        };
    }
  }

  /** A jump to a register, whose block the cache did not find. */
  #missed(guest: TranslatedGuest, left: number): CameOut {
    const { f } = this.#hart;
    guest.pc = guest.registers.get(T0) & ~1n;
    guest.registers.set(T0, f[Float.t0]);
    guest.registers.set(T1, f[Float.t1]);
    guest.registers.set(T2, f[Float.t2]);
    this.#from = { generation: this.#cache.generation, target: guest.pc };
    return { left };
  }

  // Stores to pages of which code was translated

  /** Where the store that raised `trap` goes (host-physical), if the guest's own table allows it and the page holds code. */
  #storeToCode(guest: TranslatedGuest, { cause, tval }: GuestTrap): number | undefined {
    if (cause !== Exception.storePageFault) return undefined;
    const found = guest.virtual.walk(tval, 'store');
    const address = found.ok ? guest.vm.memory.slots.toHost(found.gpa) : undefined;
    return address !== undefined && this.#pages.has(pageOf(address)) ? address : undefined;
  }

  /** Lets the instruction at hand store to code, by `once` more, and drops the translations of what it overwrites. */
  #store(guest: TranslatedGuest, trap: GuestTrap, once: () => Came): Came {
    const stores: number[] = [];
    let came: Came = { begun: 1, trap };
    while (came.trap && stores.length < MOST_PAGES) {
      const address = this.#storeToCode(guest, came.trap);
      if (address === undefined) break;
      stores.push(address);
      this.#pages.open(pageOf(address));
      guest.space.fill(guest.view, came.trap.tval, 'store');
      came = once();
    }
    guest.vm.counters.storesToCode++;
    for (const address of stores) this.#pages.stored(address, STORE_BYTES);
    for (const address of stores) this.#pages.close(pageOf(address));
    return came;
  }

  // Telling

  /** A host instruction retired: perhaps one of the guest's did with it. */
  #retired(guest: TranslatedGuest, event: RetireEvent): void {
    if (guest.virtual.mode === 'U') return guest.onRetire?.(event);
    const offset = this.#place.offsetOf(event.pc);
    if (offset === undefined || offset < CacheAt.blocks) return;
    const block = this.#cache.blockAt(offset);
    const mark = block.marks.find((each) => each.offset === offset - block.start);
    if (mark) this.#completed(guest, mark.at, mark.value);
  }

  #completed(guest: TranslatedGuest, { pc, instruction }: GuestInstruction, value?: bigint): void {
    if (!guest.onRetire || !instruction) return;
    const { rd } = instruction;
    guest.onRetire({ pc, instruction, rd, value: value ?? guest.registers.get(rd), mode: 'U' });
  }
}
