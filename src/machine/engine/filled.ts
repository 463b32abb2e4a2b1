/** What a hart's TLB holds: which entries were filled, and from which superpages, so that a fence forgets just these (Privileged, "Supervisor Memory-Management Fence Instruction"). */
import { PAGE_SIZE } from '../mmu/pte';

/** So many filled entries are remembered; if there are more, the banks are cleared as a whole. */
const MOST_REMEMBERED = 4096;

/** What has been filled into some of the banks since it was last forgotten. */
export class Filled {
  /** Linear addresses of the banks. */
  readonly banks: readonly number[];
  /** Linear addresses of the filled entries. */
  entries: number[] = [];
  /** For each size of superpage, the numbers of those that entries have been made from. */
  readonly #superpages = new Map<number, Set<number>>();

  constructor(banks: readonly number[]) {
    this.banks = banks;
  }

  /** Too many to remember: some entries are not in the list. */
  get isFull(): boolean {
    return this.entries.length > MOST_REMEMBERED;
  }

  /** `span`: bytes that the leaf maps. */
  add(entry: number, low: number, high: number, span: number): void {
    if (!this.isFull) this.entries.push(entry);
    if (span === PAGE_SIZE) return;
    const known = this.#superpages.get(span);
    const number = Math.floor(pageNumber(low, high) / (span / PAGE_SIZE));
    if (known) known.add(number);
    else this.#superpages.set(span, new Set([number]));
  }

  /** Whether an entry came from a superpage that holds this address. */
  hasSuperpage(low: number, high: number): boolean {
    for (const [span, numbers] of this.#superpages) {
      if (numbers.has(Math.floor(pageNumber(low, high) / (span / PAGE_SIZE)))) return true;
    }
    return false;
  }

  clear(): void {
    this.entries = [];
    this.#superpages.clear();
  }
}

/** One address space of U-mode. */
export class Space extends Filled {
  readonly bank: number;
  /** Undefined until it is used, and where there is no ASID. */
  satp: bigint | undefined;

  constructor(bank: number) {
    super([bank]);
    this.bank = bank;
  }
}

/** Virtual page number, 52 bits. */
const pageNumber = (low: number, high: number): number => (high >>> 0) * 2 ** 20 + (low >>> 12);
