/** Physical memory protection: may this access touch these bytes (Privileged, "Physical Memory Protection")? */
import type { Access } from '../hart/cause';
import { Csr } from '../hart/fields';
import { M, type Privilege } from '../hart/privilege';
import type { HartState } from '../hart/state';
import { configurationOf, PMP_ENTRIES, PMP_MATCH_AT, PmpBit, PmpMatch } from './pmp-registers';

/** An entry that matches something. Addresses are numbers; above 2^53, where nothing is, they may be rounded. */
interface Region {
  /** First and last byte. */
  readonly first: number;
  readonly last: number;
  readonly allows: Readonly<Record<Access, boolean>>;
  readonly locked: boolean;
}

/** The active entries of one hart, derived from its PMP registers. */
export class Pmp {
  #regions: readonly Region[] = [];

  /** Reads the registers anew; to be called after each change of them. */
  update(hart: HartState): void {
    const regions: Region[] = [];
    for (let i = 0; i < PMP_ENTRIES; i++) {
      const region = regionOf(hart, i);
      if (region) regions.push(region);
    }
    this.#regions = regions;
  }

  /**
   * Whether an access to bytes address .. address + size - 1 may happen. The lowest-numbered entry that matches any byte
   * decides, and must match all of them. If none matches, only M-mode may go on.
   *
   * With a whole page as the bytes, true means that every access within the page may happen too, so a TLB may keep it.
   */
  allows(address: number, size: number, access: Access, privilege: Privilege): boolean {
    const last = address + size - 1;
    for (const region of this.#regions) {
      if (last < region.first || address > region.last) continue;
      if (address < region.first || last > region.last) return false;
      return privilege === M && !region.locked ? true : region.allows[access];
    }
    return privilege === M;
  }
}

function regionOf(hart: HartState, index: number): Region | undefined {
  const configuration = configurationOf(hart, index);
  const range = rangeOf(hart, index, (configuration >> PMP_MATCH_AT) & 3);
  if (!range || range.first > range.last) return undefined;
  const allows = {
    load: (configuration & PmpBit.R) !== 0,
    store: (configuration & PmpBit.W) !== 0,
    fetch: (configuration & PmpBit.X) !== 0,
  };
  return { ...range, allows, locked: (configuration & PmpBit.L) !== 0 };
}

/** First and last byte that entry `index` matches under an address-matching mode; undefined for OFF. An empty TOR range ends before it begins. */
function rangeOf(hart: HartState, index: number, match: number): { first: number; last: number } | undefined {
  const address = hart.slot(Csr.pmpaddr0 + index);
  const bytes = (value: bigint): number => Number(value << 2n);
  switch (match) {
    case PmpMatch.off:
      return undefined;
    case PmpMatch.tor:
      return { first: index === 0 ? 0 : bytes(hart.slot(Csr.pmpaddr0 + index - 1)), last: bytes(address) - 1 };
    case PmpMatch.na4:
      return { first: bytes(address), last: bytes(address) + 3 };
    default: // NAPOT yyyy01..1 with k ones: 2^(k + 3) bytes, naturally aligned; adding 1 carries through the ones
      return { first: bytes(address & (address + 1n)), last: bytes(address | (address + 1n)) + 3 };
  }
}
