/** A translated block: where it is, what it stands for, and which guest instruction is at hand at each of its host instructions. */
import type { GuestInstruction } from '../../parts';

/** A way out of a block to a guest address that is known. Unlinked, it is an ebreak. */
export interface BlockExit {
  readonly target: bigint;
  /** The jump that completes here, if one does: its work is nothing but to go there. */
  readonly completes?: GuestInstruction;
}

/** What an exception at a host instruction means. */
export type Site =
  /** Host code of the guest instruction at hand, the `index`th of the block. `callOut`: the ebreak that stands for it. */
  | { readonly kind: 'instruction'; readonly at: GuestInstruction; readonly index: number; readonly callOut: boolean }
  /** Fewer instructions are left than the block has. */
  | { readonly kind: 'short' }
  | { readonly kind: 'exit'; readonly exit: BlockExit };

/** A site begins at `from` and goes on to the next: offset in the block, bytes. */
export interface PlacedSite {
  readonly from: number;
  readonly site: Site;
}

/** For who follows a guest instruction by instruction: the host instruction with which one completes. */
export interface Mark {
  readonly offset: number;
  readonly at: GuestInstruction;
  /** What rd gets, where the host's registers do not say so. */
  readonly value?: bigint;
}

/** Code that is not placed anywhere yet but knows where it will be. */
export interface BlockCode {
  readonly bytes: Uint8Array;
  /** Bytes of the guest's code. */
  readonly guestBytes: number;
  /** Guest instructions, and how many of them do not stand as they were. */
  readonly count: number;
  readonly rewritten: readonly GuestInstruction[];
  /** In the order of `from`. */
  readonly sites: readonly PlacedSite[];
  /** None unless somebody follows the guest. */
  readonly marks: readonly Mark[];
}

/** Code in its place; the bytes are in the cache now. */
export interface Block extends Omit<BlockCode, 'bytes'> {
  /** Guest-virtual address of its first instruction. */
  readonly pc: bigint;
  /** Offset in the cache. */
  readonly start: number;
  /** The guest's pages that it was made from: one, or two if an instruction lies across. */
  readonly pages: readonly CodePage[];
  /** Offsets in the cache of jumps that lead here. */
  readonly incoming: Set<number>;
}

/** A page of the guest's kernel code as it is mapped at the moment. */
export interface CodePage {
  /** Guest-virtual page number. */
  readonly page: bigint;
  /** Host-physical address. */
  readonly frame: number;
}

/** The site that an offset in the block belongs to. */
export function siteAt({ sites }: Pick<Block, 'sites'>, offset: number): Site {
  const found = sites.findLast(({ from }) => from <= offset);
  if (!found) throw new Error(`translated code trapped ${offset} bytes into a block, where nothing can`);
  return found.site;
}
