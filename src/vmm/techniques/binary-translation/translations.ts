/** The translations of one VCPU's kernel: made a block at a time by the part `binaryTranslator`, and dropped when they are not true any more. */
import { Exception, PteBit, type Decoder, type Ram } from '#machine';
import { PartFailure } from '../../part-failure';
import { PAGE_SIZE } from '../../memory/slots';
import type { BinaryTranslator } from '../../parts';
import type { GuestTrap } from '../../vcpu';
import type { Block, CodePage } from './block';
import { BlockCodeWriter } from './block-writer';
import type { CodeCache } from './code-cache';
import { pageOf, type CodePages, type CodeWatcher } from './code-pages';
import type { TranslatedGuest } from './entered';
import { GuestCodeReader } from './guest-code';

export interface TranslationsOptions {
  readonly ram: Ram;
  readonly decode: Decoder;
  readonly cache: CodeCache;
  readonly pages: CodePages;
  readonly translator: BinaryTranslator;
}

/** The blocks that were made from a page of the guest's kernel code. */
interface TranslatedPage extends CodePage {
  readonly blocks: Set<Block>;
}

/** A block, or the exception that the guest deserves for fetching here. */
export type Found = { readonly block: Block } | { readonly block?: undefined; readonly fault: GuestTrap };

export class Translations implements CodeWatcher {
  readonly #options: TranslationsOptions;
  /** By guest-virtual page number. */
  readonly #pages = new Map<bigint, TranslatedPage>();
  /** The guest's tables lead to these pages as they were then. */
  #epoch = 0;

  constructor(options: TranslationsOptions) {
    this.#options = options;
    options.pages.add(this);
  }

  /** The block at `pc` with at most `most` instructions: a block that can be found again, or else one for this time only. */
  find(guest: TranslatedGuest, pc: bigint, most: number): Found {
    const { cache } = this.#options;
    const known = cache.get(pc);
    if (known && known.count <= most) return { block: known };
    const made: Found = known ? { block: known } : this.#make(guest, pc, { once: false, limit: Infinity });
    return made.block && made.block.count > most ? this.once(guest, pc, most) : made;
  }

  /** A block of at most `most` instructions that is not kept. */
  once(guest: TranslatedGuest, pc: bigint, most: number): Found {
    return this.#make(guest, pc, { once: true, limit: most });
  }

  #make(guest: TranslatedGuest, pc: bigint, { once, limit }: { once: boolean; limit: number }): Found {
    const { ram, decode, cache, translator } = this.#options;
    const map = (gva: bigint): CodePage | undefined => mapForFetch(guest, gva);
    const page = map(pc);
    if (!page) return { fault: fetchFault(pc) };
    const start = once ? cache.roomForOnce() : this.#room(guest);
    const code = new GuestCodeReader({ ram, decode, map }, page, pc, limit);
    const writer = new BlockCodeWriter(start, guest.vm.onGuestEvent !== undefined);
    translator.translate(code, writer);
    if (code.fault !== undefined) return { fault: fetchFault(code.fault) };
    if (writer.count === 0) throw wroteNothing(pc);
    const block = cache.place(writer.finish(code.pc), pc, start, code.pages);
    if (!once) this.#enter(block);
    this.#tell(guest, pc, block);
    return { block };
  }

  #room({ vm }: TranslatedGuest): number {
    const { cache } = this.#options;
    const { generation } = cache;
    const start = cache.room();
    vm.counters.cacheFlushes += cache.generation - generation;
    if (cache.generation !== generation) this.#pages.clear();
    return start;
  }

  #tell({ vm, virtual }: TranslatedGuest, pc: bigint, { count, rewritten }: Block): void {
    vm.counters.blocksTranslated++;
    vm.counters.instructionsTranslated += count;
    vm.counters.instructionsRewritten += rewritten.length;
    vm.onEvent?.({
      kind: 'translated',
      vm: vm.name,
      vcpu: virtual.id,
      time: virtual.time(),
      pc,
      instructions: count,
      rewritten: rewritten.map(({ pc: at, word }) => ({ pc: at, word })),
    });
  }

  #enter(block: Block): void {
    const { pages } = this.#options;
    for (const { page, frame } of block.pages) {
      const known = this.#pages.get(page);
      if (known) known.blocks.add(block);
      else this.#pages.set(page, { page, frame, blocks: new Set([block]) });
      pages.enter(frame);
    }
  }

  // When they are not true any more

  /** Drops, if the guest's tables may have changed, what they do not lead to any more, or would have to be marked as used anew. */
  revalidate(guest: TranslatedGuest): void {
    if (guest.space.epoch === this.#epoch) return;
    this.#epoch = guest.space.epoch;
    for (const page of this.#pages.values()) {
      const now = mapForFetch(guest, page.page << 12n, 'ignore');
      if (now?.frame !== page.frame) this.#drop(page.blocks);
    }
  }

  changed(address: number, length: number): void {
    const frame = pageOf(address);
    for (const page of this.#pages.values()) {
      if (page.frame === frame) this.#drop([...page.blocks].filter((block) => overlaps(block, page, address, length)));
    }
  }

  uses(frame: number): boolean {
    return [...this.#pages.values()].some((page) => page.frame === frame);
  }

  #drop(blocks: Iterable<Block>): void {
    for (const block of blocks) {
      this.#options.cache.drop(block);
      for (const { page } of block.pages) {
        const from = this.#pages.get(page);
        from?.blocks.delete(block);
        if (from?.blocks.size === 0) this.#pages.delete(page);
      }
    }
  }
}

/** Whether any of the block's instructions lies in these bytes of its page. */
function overlaps(block: Block, { page, frame }: CodePage, address: number, length: number): boolean {
  if (block.pages.length > 1) return true;
  const first = frame + Number(block.pc - (page << 12n));
  return address < first + block.guestBytes && address + length > first;
}

/** The guest's page for a fetch in its present mode; marked as used, unless `mark` says that it has to be already. */
function mapForFetch(guest: TranslatedGuest, gva: bigint, mark: 'set' | 'ignore' = 'set'): CodePage | undefined {
  const found = guest.space.walk(guest.view, gva, 'fetch', mark);
  if (!found.ok || (found.leaf && (found.leaf.low & PteBit.A) === 0)) return undefined;
  const hpa = guest.vm.memory.slots.toHost(found.gpa);
  return hpa === undefined ? undefined : { page: gva >> 12n, frame: hpa - (hpa % PAGE_SIZE) };
}

/** As the hart would have raised it; whether it is the guest's, or there is no memory, is found out from there. */
const fetchFault = (gva: bigint): GuestTrap => ({ cause: Exception.instructionPageFault, tval: gva });

const wroteNothing = (pc: bigint): PartFailure =>
  new PartFailure(
    'binaryTranslator',
    `your \`binaryTranslator.translate\` wrote nothing for the block at 0x${pc.toString(16)}; it must at least do something about the first instruction.`,
  );
